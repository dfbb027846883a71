"""A visitor's to-dos: added, edited, completed, deleted and brought back, in the sections of the list."""

import re

from playwright.sync_api import Page, Route, expect

from tests.web.people import Person
from tests.web.samples import day
from tests.web.visits import Visits, all_sent, answered


def quick_add(page: Page, title: str) -> None:
    page.get_by_role("textbox", name="Add a to-do").fill(title)
    page.get_by_role("textbox", name="Add a to-do").press("Enter")


def test_it_works(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.get_by_role("textbox", name="Add a to-do").fill("Book the dentist")
    page.get_by_role("button", name="Tomorrow").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("region", name="Upcoming").get_by_role("link", name="Book the dentist")).to_be_visible()
    expect(page.get_by_role("textbox", name="Add a to-do")).to_be_focused()
    expect(page.get_by_role("textbox", name="Add a to-do")).to_have_value("")
    all_sent(page)
    todo = alice.call("GET", "me/todos").json()["todos"][0]
    assert (todo["title"], todo["dateDue"], todo["completed"]) == ("Book the dentist", day(1), False)


def test_the_list_has_the_order_of_the_api_in_its_sections(visit: Visits, alice: Person) -> None:
    for title, due in [("No hurry", None), ("Late", day(-3)), ("Now", day(0)), ("Soon", day(2)), ("Sooner", day(1))]:
        alice.add(title, dateDue=due)
    alice.add("Done", completed=True)
    page = visit(alice)
    expect(page.get_by_role("heading", level=2)).to_have_text(["Overdue", "Today", "Upcoming", "No date", "Completed"])
    expect(page.locator(".row-title")).to_have_text(["Late", "Now", "Sooner", "Soon", "No hurry", "Done"])
    assert page.locator(".row-title").all_text_contents() == alice.titles()


def test_a_to_do_with_everything_is_added_without_saving(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    page.get_by_role("textbox", name="Add a to-do").fill("Plan the offsite")
    page.get_by_role("button", name="Add with details").click()
    expect(page).to_have_url(re.compile(r"/todos/[0-9a-f-]{36}$"))
    expect(page.get_by_label("Title", exact=True)).to_have_value("Plan the offsite")
    form = page.get_by_role("complementary")
    form.get_by_role("button", name="Add a due date").click()
    expect(form.get_by_label("Due date", exact=True)).to_be_focused()
    form.get_by_label("Due date", exact=True).fill(day(9))
    form.get_by_label("Notes").fill("Ask Marta about trains")
    expect(form.get_by_text("Saved", exact=True)).to_be_visible()
    all_sent(page)
    todo = alice.call("GET", "me/todos").json()["todos"][0]
    assert [todo[name] for name in ("title", "dateDue", "notes")] == ["Plan the offsite", day(9), "Ask Marta about trains"]


def test_the_full_form_is_one_click_away(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    page.get_by_role("button", name="Add with details").click()  # nothing moves away under the pointer
    new = page.get_by_role("complementary", name="New to-do")
    expect(new.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Plan the offsite")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Plan the offsite").get_by_label("Notes")).to_be_visible()


def test_a_title_too_long_is_named_with_its_limit(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    quick_add(page, "x" * 201)
    expect(page.get_by_text("A title has at most 200 characters.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Add a to-do")).to_have_value("x" * 201)


def test_completing_and_reopening(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    page.get_by_role("checkbox", name="Completed: Water the plants").check()
    expect(page.get_by_role("region", name="Completed").get_by_role("link", name="Water the plants")).to_be_visible()
    page.get_by_role("checkbox", name="Completed: Water the plants").uncheck()
    expect(page.get_by_role("region", name="No date").get_by_role("link", name="Water the plants")).to_be_visible()


def test_undo_takes_a_completion_back(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    page.get_by_role("checkbox", name="Completed: Water the plants").check()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Reopened “Water the plants”")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Completed: Water the plants")).not_to_be_checked()
    expect(page.get_by_role("region", name="No date")).to_be_visible()


def test_deleting_offers_undo(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    page.get_by_role("button", name="Delete Water the plants").click()
    expect(page.get_by_role("link", name="Water the plants")).to_be_hidden()
    with answered(page, "POST"):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()


def test_the_trash_gives_back(visit: Visits, alice: Person) -> None:
    todo = alice.add("Water the plants")
    page = visit(alice, f"/todos/{todo['todoID']}")
    page.get_by_role("complementary").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.get_by_role("link", name="Trash").click()
    with answered(page, "POST"):
        page.get_by_role("button", name="Restore Water the plants").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    page.get_by_role("link", name="To-dos").click()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()
    all_sent(page)
    assert alice.titles() == ["Water the plants"]


def test_one_of_the_trash_is_deleted_for_good(visit: Visits, alice: Person) -> None:
    for title in ("Water the plants", "Call home"):
        alice.call("DELETE", f"me/todos/{alice.add(title)['todoID']}")
    page = visit(alice, "/trash")
    page.get_by_role("button", name="Delete Call home for good").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Call home")).to_be_visible()
    page.get_by_role("button", name="Delete Call home for good").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Deleted “Call home” for good")).to_be_visible()
    expect(page.locator(".row-title")).to_have_text(["Water the plants"])
    assert alice.titles(trashed="true") == ["Water the plants"]


def test_the_trash_is_emptied_beyond_its_first_page(visit: Visits, alice: Person) -> None:
    alice.add_many([f"Old {number}" for number in range(60)])
    for todo in alice.call("GET", "me/todos?limit=100").json()["todos"]:
        alice.call("DELETE", f"me/todos/{todo['todoID']}")
    page = visit(alice, "/trash")
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Deleted 60 to-dos for good")).to_be_visible()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    assert alice.titles(trashed="true") == []


def test_emptying_the_trash_can_be_stopped(visit: Visits, alice: Person) -> None:
    for title in ("Water the plants", "Call home", "Buy milk"):
        alice.call("DELETE", f"me/todos/{alice.add(title)['todoID']}")
    page = visit(alice, "/trash")
    held: list[Route] = []
    page.route(re.compile(r"/todos/[^?]+[?]trashed=true"), lambda route: held.append(route))  # noqa: PLW0108 Playwright wraps no built-in
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    for route in held:
        route.abort()
    expect(page.locator(".row-title")).to_have_count(3)
    assert len(alice.titles(trashed="true")) == 3


def test_a_link_to_somebody_elses_to_do_shows_nothing_of_it(visit: Visits, alice: Person, charlie: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Alice's secret")
    page = visit(charlie, f"/todos/{todo['todoID']}")
    expect(page.get_by_text("This to-do is not here")).to_be_visible()
    expect(page.get_by_text("Alice's secret")).to_be_hidden()


def test_an_unknown_address_says_so(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/nowhere")
    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()
    page.get_by_role("link", name="Go to your to-dos").click()
    expect(page.get_by_role("heading", name="To-dos", exact=True)).to_be_visible()
