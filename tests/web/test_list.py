"""The list page by page, filtered and searched."""

import re

from playwright.sync_api import Route, expect

from tests.web.people import Person
from tests.web.visits import Visits


def test_it_works(visit: Visits, alice: Person) -> None:
    alice.add_many(f"Number {number:03}" for number in range(120))
    page = visit(alice)
    rows = page.locator(".row")
    expect(rows).to_have_count(50)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(100)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(120)
    titles = page.locator(".row-title").all_text_contents()
    assert len(set(titles)) == 120
    assert titles == sorted(titles, reverse=True)  # the newest first


def test_a_to_do_that_moved_between_two_pages_is_listed_once(visit: Visits, alice: Person) -> None:
    alice.add_many(f"Number {number:02}" for number in range(60))
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(50)
    first = page.locator(".row").first.get_attribute("data-todo")
    alice.call("PATCH", f"me/todos/{first}", json={"completed": True})  # to the end, on a page that is still to come
    page.locator(".row").last.scroll_into_view_if_needed()
    expect(page.get_by_role("region", name="Completed").locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_have_count(60)


def test_search_as_one_types(visit: Visits, alice: Person) -> None:
    alice.add_many(["Buy milk", "Buy bread", "Call Marta"])
    page = visit(alice)
    searches: list[str] = []
    page.on("request", lambda request: searches.append(request.url) if "search=" in request.url else None)
    page.get_by_role("searchbox", name="Search").press_sequentially("BUY", delay=20)
    expect(page.locator(".row-title")).to_have_text(["Buy bread", "Buy milk"])
    expect(page.get_by_text("2 to-dos found")).to_be_attached()
    assert [re.search(r"search=(\w+)", url).group(1) for url in searches] == ["BUY"]  # asked once, not a letter at a time
    page.get_by_role("searchbox", name="Search").fill("zebra")
    expect(page.get_by_text("Nothing with “zebra”")).to_be_visible()
    page.get_by_role("button", name="Clear search").click()
    expect(page.locator(".row")).to_have_count(3)


def test_a_slow_answer_to_an_earlier_search_does_not_count(visit: Visits, alice: Person) -> None:
    alice.add_many(["Buy milk", "Call Marta"])
    page = visit(alice)
    held: list[Route] = []
    page.route(re.compile(r"search=buy"), lambda route: held.append(route))  # noqa: PLW0108  Playwright marks handlers, and a built-in takes no mark
    search = page.get_by_role("searchbox", name="Search")
    with page.expect_request(re.compile(r"search=buy")):
        search.fill("buy")
    with page.expect_event("requestfailed", lambda request: "search=buy" in request.url):
        search.fill("call")  # nobody waits for the first response any more: it is cancelled
    expect(page.locator(".row-title")).to_have_text(["Call Marta"])
    held[0].abort()
    expect(page.locator(".row-title")).to_have_text(["Call Marta"])


def test_the_filter_shows_open_or_completed(visit: Visits, alice: Person) -> None:
    alice.add("Open one")
    alice.add("Done one", completed=True)
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("radio", name="Open").check()
    expect(page.locator(".row-title")).to_have_text(["Open one"])
    page.get_by_role("radio", name="Completed").check()
    expect(page.locator(".row-title")).to_have_text(["Done one"])


def test_nothing_open_is_good_news(visit: Visits, alice: Person) -> None:
    alice.add("Open one")
    page = visit(alice)
    page.get_by_role("radio", name="Open").check()
    page.get_by_role("checkbox", name="Completed: Open one").check()
    expect(page.get_by_text("All done")).to_be_visible()


def test_a_search_is_as_long_as_the_api_counts(visit: Visits, alice: Person) -> None:
    alice.add("🌱" * 100)
    page = visit(alice)
    page.get_by_role("searchbox").fill("🌱" * 101)
    expect(page.get_by_role("searchbox")).to_have_value("🌱" * 100)
    expect(page.get_by_text("1 to-do found")).to_be_attached()
