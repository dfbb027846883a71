"""Days in words, several lines at once, another day from the row, Today, stars and what repeats."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.samples import day
from tests.web.visits import Visits, all_sent, answered, reconnect

PASTE = """([text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def paste(page: Page, text: str) -> None:
    """Pastes text into the field to add a to-do."""
    page.get_by_role("textbox", name="Add a to-do").focus()
    page.evaluate(PASTE, [text])


def days(person: Person) -> dict[str, str | None]:
    return {todo["title"]: todo["dateDue"] for todo in person.call("GET", "me/todos").json()["todos"]}


def test_it_works(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    field = page.get_by_role("textbox", name="Add a to-do")
    field.fill("Call Anna tomorrow")
    expect(page.get_by_role("button", name="from “tomorrow”. Keep the words in the title")).to_be_visible()
    field.press("Enter")
    expect(page.get_by_role("region", name="Upcoming").get_by_role("link", name="Call Anna", exact=True)).to_be_visible()
    all_sent(page)
    assert days(alice) == {"Call Anna": day(1)}


def test_the_words_stay_in_the_title_if_the_chip_is_removed(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    field = page.get_by_role("textbox", name="Add a to-do")
    field.fill("Watch The Day After Tomorrow")
    page.get_by_role("button", name="Keep the words in the title").click()
    expect(field).to_be_focused()
    field.press("Enter")
    all_sent(page)
    assert days(alice) == {"Watch The Day After Tomorrow": None}


def test_a_chosen_day_wins_over_the_words(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    page.get_by_role("textbox", name="Add a to-do").fill("Read the paper of today")
    expect(page.get_by_role("button", name="Keep the words in the title")).to_be_visible()
    page.get_by_role("button", name="Tomorrow", exact=True).click()
    expect(page.get_by_role("button", name="Keep the words in the title")).to_be_hidden()
    page.get_by_role("button", name="Add", exact=True).click()
    all_sent(page)
    assert days(alice) == {"Read the paper of today": day(1)}


def test_pasted_lines_become_to_dos_and_one_undo_takes_them_back(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    paste(page, "- [ ] Milk\n- Bread tomorrow\n\n2. Eggs\n")
    expect(page.get_by_text("3 lines pasted")).to_be_visible()
    expect(page.get_by_role("button", name="Add 3 to-dos")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".row-title")).to_have_text(["Bread", "Milk", "Eggs"])
    all_sent(page)
    assert days(alice) == {"Milk": None, "Bread": day(1), "Eggs": None}
    assert alice.titles() == ["Bread", "Milk", "Eggs"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".row")).to_have_count(0)
    all_sent(page)
    assert alice.titles() == []


def test_what_is_pasted_can_stay_one_line(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    paste(page, "a long title\r\nthat was wrapped")
    page.get_by_role("button", name="Paste as one line").click()
    expect(page.get_by_role("textbox", name="Add a to-do")).to_have_value("a long title that was wrapped")
    expect(page.get_by_role("textbox", name="Add a to-do")).to_be_focused()


def test_lines_that_were_not_sent_yet_leave_nothing_when_undone(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    paste(page, "Milk\nBread\nEggs")
    page.get_by_role("button", name="Add 3 to-dos").click()
    expect(page.locator(".row")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".row")).to_have_count(0)
    reconnect(page, "**/api/**")
    all_sent(page)
    assert alice.titles() == []


def test_another_day_from_the_row(visit: Visits, alice: Person) -> None:
    alice.add("Renew the passport", dateDue=day(-4))
    page = visit(alice)
    page.locator(".row").get_by_role("button", name="Due").click()
    menu = page.get_by_role("dialog", name="Due date of Renew the passport")
    menu.get_by_role("button", name="Tomorrow").click()
    expect(menu).to_be_hidden()
    expect(page.get_by_role("region", name="Upcoming").locator(".row")).to_have_count(1)
    expect(page.get_by_role("link", name="Renew the passport")).to_be_focused()
    all_sent(page)
    assert days(alice) == {"Renew the passport": day(1)}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="Overdue").locator(".row")).to_have_count(1)
    all_sent(page)
    assert days(alice) == {"Renew the passport": day(-4)}


def test_another_day_by_the_keyboard_alone(visit: Visits, alice: Person) -> None:
    alice.add("Renew the passport", dateDue=day(3))
    page = visit(alice)
    page.get_by_role("link", name="Renew the passport").focus()
    page.keyboard.press("d")
    menu = page.get_by_role("dialog", name="Due date of Renew the passport")
    menu.get_by_label("Another day").fill("2031-05-06")
    page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    all_sent(page)
    assert days(alice) == {"Renew the passport": "2031-05-06"}
    page.keyboard.press("d")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("link", name="Renew the passport")).to_be_focused()


def test_everything_overdue_moves_to_today_at_once(visit: Visits, alice: Person) -> None:
    for number in range(1, 4):
        alice.add(f"Late {number}", dateDue=day(-number))
    alice.add("Done", dateDue=day(-9), completed=True)
    page = visit(alice)
    page.get_by_role("button", name="Move all to today").click()
    expect(page.get_by_role("region", name="Today").locator(".row")).to_have_count(3)
    expect(page.get_by_text("Moved 3 to-dos to Today")).to_be_visible()
    all_sent(page)
    assert days(alice) == {"Late 1": day(0), "Late 2": day(0), "Late 3": day(0), "Done": day(-9)}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="Overdue").locator(".row")).to_have_count(3)
    all_sent(page)
    assert days(alice) == {"Late 1": day(-1), "Late 2": day(-2), "Late 3": day(-3), "Done": day(-9)}


def test_today_shows_what_is_due_and_what_is_overdue(visit: Visits, alice: Person) -> None:
    for title, due in (("Late", day(-1)), ("Now", day(0)), ("Soon", day(1))):
        alice.add(title, dateDue=due)
    alice.add("Some day")
    page = visit(alice)
    expect(page.get_by_role("link", name="To-dos 4")).to_be_visible()
    page.get_by_role("link", name="Today 2").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_focused()
    expect(page.locator(".row-title")).to_have_text(["Late", "Now"])
    page.get_by_role("textbox", name="Add a to-do").fill("Pay the bill")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Today", exact=True).last.get_by_role("link")).to_have_count(2)
    page.get_by_role("link", name="Now").click()
    expect(page).to_have_url(re.compile(r"/todos/.*\?show=today$"))
    page.reload()
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile(r"/today$"))
    page.get_by_role("link", name="To-dos").click()
    expect(page.locator(".row")).to_have_count(5)
    all_sent(page)
    assert days(alice)["Pay the bill"] == day(0)


def test_nothing_due_today_is_told(visit: Visits, alice: Person) -> None:
    alice.add("Soon", dateDue=day(1))
    page = visit(alice, "/today")
    expect(page.get_by_text("Nothing due today")).to_be_visible()


def test_a_star(visit: Visits, alice: Person) -> None:
    todo = alice.add("Renew the passport")
    page = visit(alice)
    page.get_by_role("link", name="Renew the passport").focus()
    with answered(page, "PATCH"):
        page.keyboard.press("s")
    star = page.get_by_role("button", name="Star: Renew the passport")
    expect(star).to_have_attribute("aria-pressed", "true")
    all_sent(page)
    assert alice.call("GET", f"me/todos/{todo['todoID']}").json()["starred"] is True
    star.click()
    all_sent(page)
    assert alice.call("GET", f"me/todos/{todo['todoID']}").json()["starred"] is False


def test_completing_what_repeats_shows_the_next_one(visit: Visits, alice: Person) -> None:
    todo = alice.add("Water the ficus", dateDue=day(0), repeats="daily")
    page = visit(alice)
    page.get_by_role("checkbox", name="Completed: Water the ficus").check()
    expect(page.get_by_role("region", name="Upcoming").locator(".row")).to_have_count(1)
    expect(page.get_by_role("region", name="Completed").locator(".row")).to_have_count(1)
    all_sent(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="Today", exact=True).locator(".row")).to_have_count(1)
    expect(page.get_by_role("region", name="Upcoming")).to_be_hidden()
    all_sent(page)
    [left] = alice.call("GET", "me/todos").json()["todos"]
    assert (left["todoID"], left["repeats"], left["completed"]) == (todo["todoID"], "daily", False)


def test_two_tabs_offline_make_one_next_to_do(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the ficus", dateDue=day(0), repeats="daily")
    page = visit(alice)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        expect(tab.get_by_role("link", name="Water the ficus")).to_be_visible()
    page.context.route("**/api/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("checkbox", name="Completed: Water the ficus").check()
    expect(other.get_by_role("region", name="Completed").locator(".row")).to_have_count(1)
    other.reload()
    page.context.unroute("**/api/**")
    all_sent(other)
    todos = alice.call("GET", "me/todos").json()["todos"]
    assert [(todo["completed"], todo["dateDue"], todo["repeats"]) for todo in todos] == [
        (False, day(1), "daily"),
        (True, day(0), None),
    ]


@pytest.mark.parametrize("known", [True, False])
def test_it_repeats_from_the_start_though_nothing_is_sent(known: bool, visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    field = page.get_by_role("textbox", name="Add a to-do")
    if not known:
        page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    field.fill("Stretch every day")
    expect(page.get_by_role("button", name="from “every day”")).to_be_visible()
    field.press("Enter")
    page.get_by_role("checkbox", name="Completed: Stretch").check()
    if not known:
        reconnect(page, "**/api/**")
    all_sent(page)
    todos = alice.call("GET", "me/todos").json()["todos"]
    assert [(todo["completed"], todo["dateDue"]) for todo in todos] == [(False, day(1)), (True, day(0))]


def test_how_it_repeats_is_chosen_in_the_to_do(visit: Visits, alice: Person) -> None:
    todo = alice.add("Water the ficus")
    page = visit(alice, f"/todos/{todo['todoID']}")
    page.get_by_label("Repeat").select_option("Every week")
    all_sent(page)
    kept = alice.call("GET", f"me/todos/{todo['todoID']}").json()
    assert (kept["repeats"], kept["dateDue"]) == ("weekly", day(0))
