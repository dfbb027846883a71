"""Every visitor: their day and language, their reading direction, no motion for people who want none, a focus that is seen,
and changes that are said.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ARTIFACTS
from tests.web.people import Person
from tests.web.samples import day, furnish
from tests.web.visits import Visits, all_sent, log_out

# 25 hours apart: it is never the same day in both.
EARLY, LATE = "Pacific/Kiritimati", "Pacific/Pago_Pago"


def test_a_day_is_the_visitors_own(visit: Visits, alice: Person) -> None:
    today = datetime.now(ZoneInfo(EARLY)).date()
    alice.add("Call home", dateDue=today.isoformat())
    in_time = visit(alice, timezone_id=EARLY)
    expect(in_time.get_by_role("region", name="Today").get_by_role("link", name="Call home")).to_be_visible()
    expect(in_time.locator(".due time")).to_have_text("Today")
    behind = visit(alice, timezone_id=LATE)
    expect(behind.get_by_role("region", name="Upcoming").get_by_role("link", name="Call home")).to_be_visible()
    expect(behind.locator(".due time")).to_have_text(re.compile("^(Tomorrow|[A-Z][a-z]+day)$"))


def test_tomorrow_is_the_visitors_tomorrow(visit: Visits, alice: Person) -> None:
    page = visit(alice, timezone_id=LATE)
    page.get_by_role("textbox", name="Add a to-do").fill("Call home")
    page.get_by_role("button", name="Tomorrow").click()
    page.get_by_role("button", name="Add", exact=True).click()
    all_sent(page)
    [todo] = alice.call("GET", "me/todos").json()["todos"]
    assert todo["dateDue"] == (datetime.now(ZoneInfo(LATE)).date() + timedelta(days=1)).isoformat()


def test_a_moment_is_told_in_the_visitors_zone(visit: Visits, alice: Person) -> None:
    todo = alice.add("Call home")
    moment = datetime.fromisoformat(todo["dateCreated"]).astimezone(ZoneInfo(EARLY))
    page = visit(alice, f"/todos/{todo['todoID']}", timezone_id=EARLY)
    expect(page.get_by_text(re.compile(f"^Created {moment.day} [A-Z][a-z]+ {moment:%Y, %H:%M}"))).to_be_visible()


@pytest.mark.parametrize(("locale", "shown"), [("de-DE", "Jan 2, 2020"), ("en-GB", "2 Jan 2020"), ("en-US", "Jan 2, 2020")])
def test_dates_are_in_the_language_of_the_page(visit: Visits, alice: Person, locale: str, shown: str) -> None:
    alice.add("Call home", dateDue="2020-01-02")
    alice.add("Call Marta", dateDue=day(0))
    page = visit(alice, locale=locale)
    expect(page.locator(".due time")).to_have_text([shown, "Today"])


@pytest.mark.parametrize("path", ["/", "/todos/"])
def test_from_a_small_phone_to_a_wide_screen_nothing_is_cut(visit: Visits, alice: Person, path: str) -> None:
    todo_id = furnish(alice)
    alice.add("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", description="x" * 200)
    page = visit(alice, f"{path}{todo_id}" if path == "/todos/" else path)
    expect(page.locator(".row")).to_have_count(7)
    for width in (320, 480, 768, 1024, 1920, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"wider than {width} px"


@pytest.mark.parametrize("path", ["/", "/trash", "/account", "/login"])
def test_right_to_left_nothing_is_cut(visit: Visits, alice: Person, path: str) -> None:
    page = visit(None if path == "/login" else alice, path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    turned(page, f"{path.strip('/') or 'list'}")


def test_right_to_left_a_to_do_is_not_cut(visit: Visits, alice: Person) -> None:
    page = visit(alice, f"/todos/{furnish(alice)}")
    expect(page.get_by_role("button", name="Preview workshop.png")).to_be_visible()
    turned(page, "todo")
    page.set_viewport_size({"width": 1280, "height": 800})
    navigation, pane = page.locator(".side").bounding_box(), page.locator(".pane").bounding_box()
    assert navigation
    assert pane
    assert navigation["x"] > pane["x"]  # what was at the left is at the right


def turned(page: Page, name: str) -> None:
    """The page from right to left, wide and narrow."""
    page.evaluate("document.documentElement.dir = 'rtl'")
    for width, height in ((1280, 800), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=ARTIFACTS / f"{name}-{width}-rtl.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# Seconds of the longest transition or animation that any element has.
LONGEST = """() => Math.max(...[...document.querySelectorAll("*")].map(one => getComputedStyle(one))
    .flatMap(style => `${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat)))"""


def test_who_wants_no_motion_gets_none(visit: Visits, alice: Person) -> None:
    alice.add("Call home")
    alice.add("Call Marta")
    pages = {wish: visit(alice, reduced_motion=wish) for wish in ("reduce", "no-preference")}
    seconds: dict[str, float] = {}
    for (wish, page), title in zip(pages.items(), ("Call home", "Call Marta"), strict=True):
        page.get_by_role("checkbox", name=f"Completed: {title}").check()
        expect(page.locator(".toast")).to_be_visible()
        seconds[wish] = page.evaluate(LONGEST)
    assert seconds["reduce"] == 0
    assert seconds["no-preference"] > 0.1


# The name of what has the focus, null when nothing has, and whether the focus is to be seen: on it, on what is drawn for it,
# or on the form around it. In a date field the browser has a button of its own, and draws its focus.
FOCUSED = """() => {
    const at = document.activeElement;
    if (at === document.body) return [null, true];
    const marks = [at, at.nextElementSibling, at.closest(".quick")].filter(Boolean)
        .flatMap(one => [getComputedStyle(one), getComputedStyle(one, "::after")]);
    const seen = !at.matches(":focus") || marks.some(style => style.boxShadow.includes("0px 0px 0px 1px")
        || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2));
    return [at.getAttribute("aria-label") ?? (at.textContent.trim() || at.outerHTML), seen];
}"""


def test_the_focus_is_seen_wherever_it_is(visit: Visits, alice: Person) -> None:
    page = visit(alice, f"/todos/{alice.add('Call home', dateDue='2026-01-02')['todoID']}")
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    page.locator(".skip").focus()
    unseen, names = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        if name is None:
            break
        names.append(name)
        if not seen:
            unseen.append(name)
    assert unseen == []
    assert len(names) > 25  # it went through the whole page, and out of it again
    assert len(names) < 60


TARGETS = """() => [...document.querySelectorAll("a[href], button, input, textarea, label:has(input)")]
    .filter(one => one.checkVisibility() && !one.matches(".skip, .unseen, label input:not(.round)"))
    .map(one => {
        const box = one.getBoundingClientRect();
        const around = one.matches(".round") ? -2 * parseFloat(getComputedStyle(one, "::after").insetBlockStart) : 0;
        const row = one.matches(".row-title") ? one.closest(".row").getBoundingClientRect() : box;
        return [one.getAttribute("aria-label") ?? one.textContent, Math.max(box.width, row.width) + around,
            Math.max(box.height, row.height) + around];
    }).filter(([, width, height]) => Math.min(width, height) < 44)"""


@pytest.mark.parametrize("path", ["/", "/todos/", "/new", "/trash", "/account", "/login"])
def test_a_thumb_hits_everything(visit: Visits, alice: Person, path: str) -> None:
    todo_id = furnish(alice)
    if path == "/trash":
        alice.call("DELETE", f"me/todos/{todo_id}")
    address = f"{path}{todo_id}" if path == "/todos/" else path
    page = visit(
        None if path == "/login" else alice, address, has_touch=True, is_mobile=True, viewport={"width": 375, "height": 812}
    )
    expect(page.get_by_role("heading", level=1).or_(page.locator(".file"))).not_to_have_count(0)
    expect(page.locator(".skeleton")).to_have_count(0)
    page.screenshot(path=ARTIFACTS / f"{path.strip('/') or 'list'}-375-touch.png", full_page=True)
    assert page.evaluate(TARGETS) == []


def test_what_happens_is_said(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Call home")
    page = visit(alice)
    said = page.locator("[aria-live=polite]")
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    page.keyboard.press("Enter")
    expect(said.get_by_text("Added Buy milk")).to_be_attached()
    page.get_by_role("checkbox", name="Completed: Call home").check()
    expect(said.get_by_text("Completed “Call home”")).to_be_visible()
    page.get_by_role("searchbox").fill("milk")
    expect(said.get_by_text("1 to-do found")).to_be_attached()
    page.context.set_offline(True)
    expect(page.get_by_role("status").get_by_text("You are offline.")).to_be_visible()


def test_the_title_of_the_page_tells_where_one_is(visit: Visits, register: Callable[[str], Person]) -> None:
    alice = register("alice")
    todo = alice.add("Call home")
    page = visit(alice)
    expect(page).to_have_title("To-dos · Wren")
    page.get_by_role("radio", name="Open").check()
    page.get_by_role("searchbox").fill("call")
    expect(page).to_have_title("“call” · Open · To-dos · Wren")
    page.get_by_role("link", name="Trash").click()
    expect(page).to_have_title("Trash · Wren")
    page.goto(f"{visit.site.url}/todos/{todo['todoID']}")
    expect(page).to_have_title("Call home · Wren")
    page.goto(f"{visit.site.url}/account")
    log_out(page)
    expect(page).to_have_title("Log in · Wren")
    page.get_by_role("link", name="Create account").click()
    expect(page).to_have_title("Create account · Wren")
