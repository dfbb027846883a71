"""The list is as the server has it: what other tabs and devices change arrives, whatever is loaded."""

import re

from playwright.sync_api import Page, Route, expect

from tests.web.people import Person
from tests.web.visits import Visits, all_sent

MINUTE_MS = 60_000


def time_passes(page: Page) -> None:
    """A minute of a page that is looked at."""
    page.clock.run_for(MINUTE_MS)


def come_back(page: Page) -> None:
    """The tab was out of sight for some minutes."""
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    page.clock.run_for(5 * MINUTE_MS)
    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")


def watched(visit: Visits, alice: Person, rows: int) -> Page:
    """An open list whose clock the test sets."""
    page = visit()
    page.clock.install()
    alice.keep_session(page)
    page.goto(visit.site.url)
    expect(page.locator(".row")).to_have_count(rows)
    return page


def test_it_works(visit: Visits, alice: Person) -> None:
    todo = alice.add("Water the plants")
    page = watched(visit, alice, 1)
    alice.call("PATCH", f"me/todos/{todo['todoID']}", json={"title": "Water the roses"})
    alice.add("Buy milk")
    time_passes(page)
    expect(page.locator(".row-title")).to_have_text(["Buy milk", "Water the roses"])


def test_a_list_that_is_as_it_was_is_not_sent_again(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = watched(visit, alice, 1)
    for status in (200, 304, 304):
        with page.expect_response(re.compile("/api/me/todos")) as response:
            time_passes(page)
        assert response.value.status == status


def test_a_page_that_is_looked_at_again_catches_up_whatever_is_loaded(visit: Visits, alice: Person) -> None:
    alice.add_many(f"To-do {number:03}" for number in range(120))
    page = watched(visit, alice, 50)
    page.locator(".row").last.scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(100)
    page.locator(".row").last.scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(120)
    last = alice.call("GET", "me/todos", params={"search": "To-do 000"}).json()["todos"][0]
    alice.call("PATCH", f"me/todos/{last['todoID']}", json={"notes": "changed", "title": "Changed elsewhere"})
    come_back(page)
    expect(page.locator(".row").last).to_contain_text("Changed elsewhere")


def test_what_another_device_deleted_is_gone_from_the_list_and_from_the_editor(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Water the plants")
    page = watched(visit, alice, 1)
    page.get_by_role("link", name="Water the plants").click()
    expect(page.get_by_label("Notes")).to_be_visible()
    alice.call("DELETE", f"me/todos/{todo['todoID']}")
    time_passes(page)
    expect(page.get_by_role("heading", name="This to-do is not here")).to_be_visible()
    expect(page.locator(".row")).to_have_count(0)


def test_another_tab_shows_what_one_changes(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    other = page.context.new_page()
    other.goto(visit.site.url)
    expect(other.locator(".row")).to_have_count(1)
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Completed: Water the plants").check()
    all_sent(page)
    expect(other.locator(".row-title")).to_have_text(["Buy milk", "Water the plants"])
    expect(other.get_by_role("checkbox", name="Completed: Water the plants")).to_be_checked()


def test_nothing_is_called_empty_before_the_answer(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(1)
    held: list[Route] = []
    page.route(re.compile("completed=true"), lambda route: held.append(route))  # noqa: PLW0108  Playwright marks handlers
    page.get_by_role("radio", name="Completed").check(force=True)
    expect(page.locator(".skeleton")).to_be_visible()
    expect(page.get_by_text("Nothing completed yet")).to_be_hidden()
    held[0].continue_()
    expect(page.get_by_text("Nothing completed yet")).to_be_visible()
    expect(page.locator(".skeleton")).to_be_hidden()


def test_search_and_filter_are_in_the_address(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants", notes="With milk")
    alice.add("Buy milk", completed=True)
    page = visit(alice)
    page.get_by_role("searchbox").fill("milk")
    expect(page).to_have_url(re.compile(r"/\?search=milk$"))
    expect(page.locator(".row-title")).to_have_text(["Water the plants", "Buy milk"])
    page.get_by_role("radio", name="Completed").check(force=True)
    expect(page).to_have_url(re.compile(r"/\?search=milk&show=completed$"))
    page.get_by_role("link", name="Buy milk").click()
    expect(page).to_have_url(re.compile(r"/todos/[^?]+\?search=milk&show=completed$"))
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("milk")
    expect(page.locator(".row-title")).to_have_text(["Buy milk"])
    page.go_back()
    page.go_back()
    expect(page.locator(".row-title")).to_have_text(["Water the plants", "Buy milk"])


def test_what_is_known_is_found_before_the_server_answers(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants", description="and the ficus")
    alice.add("Buy milk")
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(2)
    page.route(re.compile("limit=50&search="), lambda _: None)  # without a response
    page.get_by_role("searchbox").fill("FICUS")
    expect(page.locator(".row-title")).to_have_text(["Water the plants"])


def test_what_does_not_match_any_more_is_not_shown(visit: Visits, alice: Person) -> None:
    alice.add("Buy milk")
    page = visit(alice, "/?search=milk")
    page.get_by_role("textbox", name="Add a to-do").fill("Call home")
    page.keyboard.press("Enter")
    all_sent(page)
    expect(page.locator(".row-title")).to_have_text(["Buy milk"])


def test_what_was_completed_last_comes_first(visit: Visits, alice: Person) -> None:
    for title, day in (("First", "2026-12-01"), ("Second", "2026-12-02")):
        alice.add(title, dateDue=day)
    page = visit(alice)
    for title in ("First", "Second"):
        page.get_by_role("checkbox", name=f"Completed: {title}").check()
    expect(page.get_by_role("region", name="Completed").locator(".row-title")).to_have_text(["Second", "First"])
    all_sent(page)
    page.reload()
    expect(page.get_by_role("region", name="Completed").locator(".row-title")).to_have_text(["Second", "First"])
