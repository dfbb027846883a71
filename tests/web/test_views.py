"""Every view in both themes: no finding of axe-core, nothing wider than the screen, and a picture to look at."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ARTIFACTS, ROOT, Person, Visits
from tests.web.test_attachments import choose, picture
from tests.web.test_session import end_session

AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TODAY = date.today()  # noqa: DTZ011 the visitor's day

Look = Callable[[Page, str], None]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    """Both themes."""
    name: str = request.param
    return name


@pytest.fixture
def look(theme: str) -> Look:
    """Holds what a page shows just now to its promises, wide and narrow."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)

    def at(page: Page, name: str) -> None:
        for width, height in ((1280, 800), (375, 812)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=ARTIFACTS / f"{name}-{width}-{theme}.png", animations="disabled")
            if width == 375 and theme == "dark":
                continue  # the same elements as in light, and the same colours as at 1280
            if not page.evaluate("'axe' in window"):
                page.evaluate(AXE)
            options = {"runOnly": RULES, "resultTypes": ["violations"], "iframes": False}
            found = page.evaluate("options => axe.run(options)", options)
            assert [_summary(violation) for violation in found["violations"]] == [], f"{name} at {width}"
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} is wider than 320 px"
        page.set_viewport_size({"width": 1280, "height": 800})

    return at


def _summary(violation: dict[str, Any]) -> str:
    return json.dumps([violation["id"], [node["html"][:200] + " " + node["failureSummary"][:300] for node in violation["nodes"]]])


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def furnish(alice: Person) -> str:
    """A list such as somebody has; answers the id of a to-do with everything."""
    alice.add("Renew the passport", dateDue=day(-4), notes="Photos are in the drawer.")
    alice.add("Water the plants on the balcony, the ficus too")
    full = alice.add(
        "Send the invoice to Marta",
        dateDue=day(0),
        description="For the two workshops in October",
        notes="IBAN is in the contract.\nAsk for the PO number before sending.",
    )
    alice.add("Book the dentist", dateDue=day(1))
    alice.add("Plan the team offsite", dateDue=day(9), description="Two days in spring, somewhere by train")
    alice.add("Return the library books", dateDue=day(-1), completed=True)
    alice.attach(full["todoID"], "contract.pdf", b"%PDF-1.4 " + b"x" * 250_000, "application/pdf")
    alice.attach(full["todoID"], "workshop.png", picture(28, 106, 87), "image/png")
    return str(full["todoID"])


def test_before_the_login(visit: Visits, theme: str, look: Look) -> None:
    page = visit(color_scheme=theme)
    for path, heading in (
        ("login", "Log in"),
        ("register", "Create account"),
        ("confirm", "Confirm your e-mail"),
        ("forgot", "Forgotten password"),
    ):
        page.goto(f"{visit.site.url}/{path}")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        look(page, path)
    page.goto(f"{visit.site.url}/login")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Enter your password.")).to_be_visible()
    look(page, "login-refused")


def test_the_list_and_a_to_do(visit: Visits, alice: Person, theme: str, look: Look) -> None:
    page = visit(alice, color_scheme=theme)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    look(page, "list-empty")
    todo_id = furnish(alice)
    page.reload()
    expect(page.locator(".row")).to_have_count(6)
    look(page, "list")
    page.get_by_role("textbox", name="Add a to-do").fill("Call the bank")
    look(page, "list-adding")
    page.get_by_role("checkbox", name="Completed: Book the dentist").check()
    expect(page.get_by_role("region", name="Completed").locator(".row")).to_have_count(2)
    look(page, "list-toast")
    page.get_by_role("searchbox").fill("zebra")
    expect(page.get_by_text("No title with")).to_be_visible()
    look(page, "search-empty")
    page.goto(f"{visit.site.url}/todos/{todo_id}")
    expect(page.get_by_role("button", name="Preview workshop.png")).to_be_visible()
    look(page, "todo")
    page.get_by_label("Notes").fill("IBAN is in the contract.")
    look(page, "todo-unsaved")
    page.get_by_role("button", name="Preview workshop.png").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_have_js_property("naturalWidth", 64)
    look(page, "preview")
    page.goto(f"{visit.site.url}/new")
    expect(page.get_by_role("button", name="Add to-do")).to_be_visible()
    look(page, "new")


def test_the_other_places(visit: Visits, alice: Person, theme: str, look: Look) -> None:
    page = visit(alice, "/trash", color_scheme=theme)
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    look(page, "trash-empty")
    for title in ("Renew the passport", "Water the plants on the balcony, the ficus too"):
        alice.call("DELETE", f"me/todos/{alice.add(title)['todoID']}")
    page.reload()
    expect(page.locator(".row")).to_have_count(2)
    look(page, "trash")
    page.goto(f"{visit.site.url}/account")
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    look(page, "account")
    page.get_by_role("button", name="Show all shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "help")
    page.goto(f"{visit.site.url}/nowhere")
    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()
    look(page, "not-found")


def test_when_something_goes_wrong(visit: Visits, alice: Person, theme: str, look: Look) -> None:
    visit.expect_refusals()
    todo_id = furnish(alice)
    page = visit(alice, f"/todos/{todo_id}", color_scheme=theme)
    page.get_by_label("Notes").fill("Ask Marta first.")
    alice.call("PATCH", f"me/todos/{todo_id}", json={"notes": "IBAN changed, see the mail of Friday."})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="This to-do was changed meanwhile")).to_be_visible()
    look(page, "conflict")
    page.get_by_role("button", name="Take the saved one").click()
    bucket = re.compile(f"{re.escape(visit.site.aws)}/.+attachments")
    page.route(bucket, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    choose(page, ("holiday.mov", "video/quicktime", b"x" * 4000))
    expect(page.get_by_text("The connection broke during the upload.")).to_be_visible()
    look(page, "upload-failed")
    page.context.set_offline(True)
    page.get_by_label("Description").fill("Offline words")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are offline.")).to_be_visible()
    look(page, "offline")
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    end_session(page, alice)
    page.get_by_label("Notes").fill("Typed when it ended")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    look(page, "session-ended")


def test_right_to_left_nothing_is_cut(visit: Visits, alice: Person) -> None:
    todo_id = furnish(alice)
    page = visit(alice, f"/todos/{todo_id}")
    expect(page.get_by_role("button", name="Preview workshop.png")).to_be_visible()
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.screenshot(path=ARTIFACTS / "todo-1280-rtl.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size({"width": 320, "height": 640})
    page.screenshot(path=ARTIFACTS / "todo-320-rtl.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
