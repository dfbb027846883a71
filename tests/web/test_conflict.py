"""Two places change one to-do: nobody's words disappear unseen."""

from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.visits import Visits


def opened(visit: Visits, alice: Person) -> tuple[Page, str]:
    """The page with a to-do open, once the API has responded to all it asks: else it would know of what comes."""
    visit.expect_refusals()
    path = f"me/todos/{alice.add('Book a table')['todoID']}"
    page = visit(alice)
    expect(page.locator(".list")).to_have_attribute("aria-busy", "false")
    with page.expect_response(f"**/api/{path}"):
        page.get_by_role("link", name="Book a table").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book a table")
    return page, path


def edited_in_two_places(visit: Visits, alice: Person) -> tuple[Page, str]:
    """The page with an edited title, which has meanwhile been changed elsewhere."""
    page, path = opened(visit, alice)
    alice.call("PATCH", path, json={"title": "Book a table for four"})
    page.get_by_label("Title", exact=True).fill("Book a table for six")
    return page, path


def test_it_works(visit: Visits, alice: Person) -> None:
    page, path = edited_in_two_places(visit, alice)
    dialog = page.get_by_role("dialog", name="This to-do was changed meanwhile")
    expect(dialog.get_by_text("Book a table for six")).to_be_visible()
    expect(dialog.get_by_text("Book a table for four")).to_be_visible()
    dialog.get_by_role("button", name="Save mine").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert alice.call("GET", path).json()["title"] == "Book a table for six"


def test_the_saved_one_can_be_taken(visit: Visits, alice: Person) -> None:
    page, path = edited_in_two_places(visit, alice)
    page.get_by_role("button", name="Take the other one").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book a table for four")
    assert alice.call("GET", path).json()["title"] == "Book a table for four"


def test_one_can_decide_later(visit: Visits, alice: Person) -> None:
    page, path = edited_in_two_places(visit, alice)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book a table for six")
    assert alice.call("GET", path).json()["title"] == "Book a table for four"
    page.reload()
    expect(page.get_by_role("dialog").get_by_text("Book a table for six")).to_be_visible()


def test_changes_of_different_fields_are_both_kept(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    alice.call("PATCH", path, json={"notes": "By the window"})
    page.get_by_label("Title", exact=True).fill("Book a table for six")
    expect(page.get_by_label("Notes")).to_have_value("By the window")
    stored = alice.call("GET", path).json()
    assert (stored["title"], stored["notes"]) == ("Book a table for six", "By the window")


def test_words_for_what_was_deleted_elsewhere_bring_it_back(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    alice.call("DELETE", path)
    page.get_by_label("Notes").fill("By the window")
    expect(page.get_by_text("“Book a table” was in the trash; your change brought it back.")).to_be_visible()
    assert alice.call("GET", path).json()["notes"] == "By the window"


def test_what_was_changed_elsewhere_is_not_deleted_unseen(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo_id = alice.add("Book a table")["todoID"]
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(1)
    alice.call("PATCH", f"me/todos/{todo_id}", json={"notes": "By the window"})
    page.get_by_role("button", name="Delete Book a table").click()
    expect(page.get_by_text("“Book a table” was not deleted: It was changed on another device meanwhile.")).to_be_visible()
    expect(page.get_by_role("link", name="Book a table")).to_be_visible()
    expect(page.get_by_text("Moved “Book a table” to the trash")).to_be_hidden()
    page.get_by_role("button", name="Delete Book a table").click()  # seen now
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()


def test_two_people_see_their_own(visit: Visits, alice: Person, bob: Person) -> None:
    hers, his = visit(alice), visit(bob)
    for page, title in ((hers, "Alice's dentist"), (his, "Bob's dentist")):
        page.get_by_role("textbox", name="Add a to-do").fill(title)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=title)).to_be_visible()
    for page, title in ((hers, "Alice's dentist"), (his, "Bob's dentist")):
        page.get_by_role("searchbox").fill("dentist")
        expect(page.get_by_text("1 to-do found")).to_be_attached()
        expect(page.locator(".row-title")).to_have_text([title])
