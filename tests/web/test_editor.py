"""An open to-do saves itself: field by field, with a way back, and without losing a word."""

from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.samples import day
from tests.web.visits import Visits, all_sent, choose


def opened(visit: Visits, alice: Person, **fields: object) -> tuple[Page, str]:
    """The page with a to-do open, and the path of the to-do."""
    path = f"todos/{alice.add('Book the dentist', **fields)['todoID']}"
    page = visit(alice, f"/{path}")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    return page, f"me/{path}"


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_it_works(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice, dateDue=day(1))
    page.get_by_label("Title", exact=True).fill("Book the eye doctor")
    saved(page)
    page.get_by_role("button", name="Remove the due date").click()
    expect(page.get_by_role("region", name="No date").get_by_role("link", name="Book the eye doctor")).to_be_visible()
    page.get_by_label("Notes").fill("In the morning")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_be_hidden()
    all_sent(page)
    stored = alice.call("GET", path).json()
    assert (stored["title"], stored["dateDue"], stored["notes"]) == ("Book the eye doctor", None, "In the morning")


def test_typing_is_sent_once_after_a_pause(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    sent: list[object] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "PATCH" else None)
    page.get_by_label("Notes").focus()
    page.keyboard.type("In the morning", delay=10)
    saved(page)
    assert sent == [{"notes": "In the morning"}]
    assert alice.call("GET", path).json()["version"] == 2


def test_leaving_a_field_sends_it_at_once(visit: Visits, alice: Person) -> None:
    page, _ = opened(visit, alice)
    page.clock.install()  # the pause never ends
    page.get_by_label("Notes").fill("In the morning")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_label("Title", exact=True).focus()


def test_undo_takes_back_what_was_changed_here(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice, notes="Dr. Ada")
    page.get_by_label("Notes").fill("Somebody else")
    page.get_by_label("Title", exact=True).fill("Book somebody")
    saved(page)
    page.get_by_role("complementary").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Notes")).to_have_value("Dr. Ada")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book the dentist")
    all_sent(page)
    stored = alice.call("GET", path).json()
    assert (stored["title"], stored["notes"]) == ("Book the dentist", "Dr. Ada")


def test_an_empty_title_is_told_and_the_last_one_comes_back(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    page.get_by_label("Title", exact=True).fill("   ")
    expect(page.get_by_text("Give it a title.")).to_be_visible()
    page.get_by_label("Notes").focus()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book the dentist")
    assert alice.call("GET", path).json()["version"] == 1


def test_a_title_written_anew_after_it_was_emptied_is_no_conflict(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    title = page.get_by_label("Title", exact=True)
    title.fill("")
    title.press_sequentially("Go")
    saved(page)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert alice.call("GET", path).json()["title"] == "Go"


def test_lengths_are_counted_as_the_api_counts(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    page.get_by_label("Title", exact=True).fill("🦷" * 200)
    saved(page)
    assert alice.call("GET", path).json()["title"] == "🦷" * 200
    visit.expect_refusals()
    page.get_by_label("Title", exact=True).fill("🦷" * 201)
    expect(page.get_by_text("1 character too many; 200 fit.")).to_be_visible()


def test_links_and_checkboxes_in_notes(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice, notes="See https://example.com/dentist.\n- [ ] Call\n- [x] Ask Marta")
    link = page.get_by_role("link", name="https://example.com/dentist")
    assert (link.get_attribute("href"), link.get_attribute("rel")) == ("https://example.com/dentist", "noopener noreferrer")
    page.get_by_role("checkbox", name="Call", exact=True).check()
    saved(page)
    assert alice.call("GET", path).json()["notes"] == "See https://example.com/dentist.\n- [x] Call\n- [x] Ask Marta"
    page.get_by_role("button", name="Edit notes").click()
    page.keyboard.type(" again")
    expect(page.get_by_label("Notes")).to_have_value("See https://example.com/dentist.\n- [x] Call\n- [x] Ask Marta again")


def test_a_description_is_kept_where_there_is_one(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice, description="From the other app")
    page.get_by_label("Description").fill("From here")
    saved(page)
    assert alice.call("GET", path).json()["description"] == "From here"


PASTE = """kinds => {
    const data = new DataTransfer();
    if (kinds.includes("text")) data.setData("text/plain", "a table");
    data.items.add(new File(["x"], "table.png", {type: "image/png"}));
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_text_wins_over_its_picture_when_both_are_pasted(visit: Visits, alice: Person) -> None:
    page, _ = opened(visit, alice)
    page.get_by_label("Notes").focus()
    page.evaluate(PASTE, ["text"])
    page.evaluate(PASTE, [])
    expect(page.locator(".file")).to_have_count(1)


def test_delete_acts_on_what_has_the_focus(visit: Visits, alice: Person) -> None:
    page, path = opened(visit, alice)
    choose(page, ("first.txt", "text/plain", b"1"), ("second.txt", "text/plain", b"2"))
    expect(page.get_by_role("button", name="Delete first.txt")).to_be_visible()
    expect(page.get_by_role("button", name="Delete second.txt")).to_be_visible()
    page.get_by_role("complementary").focus()
    page.keyboard.press("Delete")
    page.get_by_role("link", name="Download first.txt").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("button", name="Delete first.txt")).to_be_hidden()
    expect(page.get_by_role("button", name="Delete second.txt")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="choose files")).to_be_focused()
    assert alice.call("GET", path).json()["title"] == "Book the dentist"


def test_the_list_does_not_move_when_a_to_do_opens(visit: Visits, alice: Person) -> None:
    alice.add_many(f"Number {number:02}" for number in range(40))
    for width in (1440, 800):
        page = visit(alice, viewport={"width": width, "height": 900})
        row = page.locator(".row", has_text="Number 15")
        row.scroll_into_view_if_needed()
        before = row.bounding_box()
        row.get_by_role("link").click()
        expect(page.get_by_label("Title", exact=True)).to_be_visible()
        if width == 1440:
            assert row.bounding_box() == before
        page.get_by_role("button", name="Close").or_(page.get_by_role("button", name="Back to the list")).click()
        expect(page.get_by_label("Title", exact=True)).to_be_hidden()
        assert abs(row.bounding_box()["y"] - before["y"]) < 8  # rows out of sight have an estimated height
