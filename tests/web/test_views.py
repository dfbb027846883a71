"""Every view in both themes: no finding of axe-core, nothing wider than the screen, and a picture to look at."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.authenticator import App
from tests.web.conftest import ARTIFACTS, ROOT
from tests.web.people import Person
from tests.web.samples import furnish
from tests.web.visits import Visits, choose, log_in

AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Two frames later what was changed is on the screen. Returns the height of the page; of a dialog, that of the window.
PAINTED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(document.querySelector("dialog[open]") ? innerHeight : document.documentElement.scrollHeight))))"""

Look = Callable[..., None]


@pytest.fixture
def look() -> Look:
    """Holds what a page shows just now to its promises, light and dark, wide and narrow."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)

    def at(page: Page, name: str, *, state: bool = False) -> None:
        """`state`: of a view that is looked at in all four ways already, so two of them tell what is new."""
        for width, theme, rules in (
            (1280, "light", RULES),
            (1280, "dark", ["color-contrast"]),  # the same elements in other colours
            (375, "dark", RULES),
            (375, "light", []),  # these elements and these colours have been looked at
        ):
            if state and rules != RULES:
                continue
            page.set_viewport_size({"width": width, "height": 812})
            page.emulate_media(color_scheme=theme)
            height = page.evaluate(PAINTED)
            if width == 375 and height > 812:  # a phone's whole page, as if one had scrolled
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(PAINTED)
            page.screenshot(path=ARTIFACTS / f"{name}-{width}-{theme}.png")
            if rules:
                assert findings(page, rules) == [], f"{name}, {theme} at {width}"
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} is wider than 320 px"
        page.set_viewport_size({"width": 1280, "height": 800})

    return at


def findings(page: Page, rules: list[str]) -> list[str]:
    """What axe-core says against the page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # `preload` fetches style sheets of other hosts, of which there are none.
    options = {"runOnly": rules, "resultTypes": ["violations"], "iframes": False, "preload": False}
    violations = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [_summary(violation) for violation in violations]


def _summary(violation: dict[str, Any]) -> str:
    return json.dumps([violation["id"], [node["html"][:200] + " " + node["failureSummary"][:300] for node in violation["nodes"]]])


def test_before_the_login(visit: Visits, register: Callable[[str], Person], look: Look) -> None:
    visit.expect_refusals()
    alice = register("alice")
    page = visit(path="/register")
    expect(page.get_by_role("heading", name="Create account")).to_be_visible()
    look(page, "register")
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    look(page, "login")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Enter your password.")).to_be_visible()
    look(page, "login-problems", state=True)
    log_in(page, alice.email, "Wrong-password-1")
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    look(page, "login-refused", state=True)
    page.get_by_role("link", name="Forgotten your password?").click()
    expect(page.get_by_role("heading", name="Forgotten password")).to_be_visible()
    look(page, "forgot")
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    look(page, "forgot-code")
    page.goto(f"{visit.site.url}/confirm")
    expect(page.get_by_role("heading", name="Confirm your e-mail")).to_be_visible()
    look(page, "confirm")
    App.of(alice)
    page.goto(f"{visit.site.url}/login")
    log_in(page, alice.email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    look(page, "login-code")


def test_the_list(visit: Visits, alice: Person, look: Look) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    look(page, "list-empty")
    page.get_by_role("radio", name="Completed").check()
    expect(page.get_by_text("Nothing completed yet")).to_be_visible()
    look(page, "list-none-completed", state=True)
    furnish(alice)
    page.goto(visit.site.url)  # without the filter, which a reload would keep
    expect(page.locator(".row")).to_have_count(6)
    look(page, "list")
    page.get_by_role("textbox", name="Add a to-do").fill("Call the bank")
    look(page, "list-adding", state=True)
    page.get_by_role("checkbox", name="Completed: Book the dentist").check()
    expect(page.get_by_role("region", name="Completed").locator(".row")).to_have_count(2)
    look(page, "list-toast", state=True)
    page.get_by_role("searchbox").fill("zebra")
    expect(page.get_by_text("Nothing with")).to_be_visible()
    look(page, "search-empty", state=True)


def test_a_to_do(visit: Visits, alice: Person, look: Look) -> None:
    page = visit(alice, f"/todos/{furnish(alice)}")
    expect(page.get_by_role("button", name="Preview workshop.png")).to_be_visible()
    look(page, "todo")
    page.get_by_label("Notes").fill("- [x] Ask for the IBAN\n- [ ] Send it, see https://example.com/invoice")
    page.get_by_label("Title", exact=True).focus()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    look(page, "todo-saved", state=True)
    page.get_by_role("button", name="Preview workshop.png").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_have_js_property("naturalWidth", 480)
    look(page, "preview")
    page.keyboard.press("Escape")
    page.get_by_role("complementary").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Add with details").click()
    expect(page.get_by_role("button", name="Add to-do")).to_be_visible()
    look(page, "new")


def test_the_other_places(visit: Visits, alice: Person, look: Look) -> None:
    visit.expect_refusals()
    page = visit(alice, "/trash")
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    look(page, "trash-empty")
    ids = [alice.add(title)["todoID"] for title in ("Renew the passport", "Water the plants on the balcony, the ficus too")]
    for todo_id in ids:
        alice.call("DELETE", f"me/todos/{todo_id}")
    page.reload()
    expect(page.locator(".row")).to_have_count(2)
    look(page, "trash")
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    look(page, "account")
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    look(page, "authenticator")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show all shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "help")
    page.goto(f"{visit.site.url}/nowhere")
    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()
    look(page, "not-found")
    page.goto(f"{visit.site.url}/todos/{ids[0][:-1]}{'0' if ids[0][-1] != '0' else '1'}")
    expect(page.get_by_text("This to-do is not here")).to_be_visible()
    look(page, "todo-missing")


def test_when_something_goes_wrong(visit: Visits, register: Callable[[str], Person], alice: Person, look: Look) -> None:
    visit.expect_refusals()
    alice = register("alice")  # her session ends
    todo_id = furnish(alice)
    page = visit(alice, f"/todos/{todo_id}")
    expect(page.get_by_label("Notes")).to_be_visible()
    alice.call("PATCH", f"me/todos/{todo_id}", json={"notes": "IBAN changed, see the mail of Friday."})
    page.get_by_label("Notes").fill("Ask Marta first.")
    expect(page.get_by_role("dialog", name="This to-do was changed meanwhile")).to_be_visible()
    look(page, "conflict")
    page.get_by_role("button", name="Take the other one").click()
    bucket = re.compile(f"{re.escape(visit.site.aws)}/.+attachments")
    page.route(bucket, lambda route: None if route.request.method == "POST" else route.continue_())
    choose(page, ("holiday.mov", "video/quicktime", b"x" * 4000))
    expect(page.get_by_role("progressbar", name="Upload of holiday.mov")).to_be_visible()
    look(page, "upload", state=True)
    page.get_by_role("button", name="Cancel upload of holiday.mov").click()
    page.unroute(bucket)
    page.route(bucket, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    choose(page, ("holiday.mov", "video/quicktime", b"x" * 4000))
    expect(page.get_by_text("The connection broke during the upload.")).to_be_visible()
    look(page, "upload-failed", state=True)
    page.context.set_offline(True)
    page.get_by_label("Description").fill("Offline words")
    expect(page.get_by_text("You are offline.")).to_be_visible()
    look(page, "offline", state=True)
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    alice.end_session(page)
    page.get_by_label("Notes").fill("Typed when it ended")
    expect(page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    look(page, "session-ended")


def test_when_nothing_can_be_shown(visit: Visits, alice: Person, look: Look) -> None:
    visit.expect_refusals()
    page = visit(alice, "/account")
    page.route(re.compile("/api/me/todos"), lambda route: route.fulfill(status=500))
    page.get_by_role("link", name="To-dos").click()
    expect(page.get_by_text("The list could not be loaded.")).to_be_visible()
    look(page, "list-failed", state=True)
    page.route("**/config.json", lambda route: route.fulfill(status=404))
    page.reload()
    expect(page.get_by_text("Wren could not start")).to_be_visible()
    look(page, "start-failed")
