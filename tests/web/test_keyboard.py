"""Everything without a pointer."""

import re

from playwright.sync_api import Page, expect

from tests.web.people import PASSWORD, Person
from tests.web.visits import Visits


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    name: str = page.evaluate(
        "(document.activeElement.labels?.[0]?.textContent || document.activeElement.getAttribute('aria-label') "
        "|| document.activeElement.textContent || '').trim()"
    )
    return name


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_it_works(visit: Visits, alice: Person) -> None:
    page = visit()
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(alice.email)
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    press(page, "n")
    page.keyboard.type("Book the dentist")
    press(page, "Enter")
    page.keyboard.type("Water the plants")
    press(page, "Enter")
    expect(page.locator(".row-title[href]")).to_have_text(["Water the plants", "Book the dentist"])
    press(page, "Escape")
    page.get_by_role("heading", name="To-dos", exact=True).focus()
    press(page, "j")
    assert focused(page) == "Water the plants"
    press(page, "j")
    assert focused(page) == "Book the dentist"
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/todos/"))
    expect(page.get_by_label("Title", exact=True)).to_have_value("Book the dentist")
    for _ in range(20):
        press(page, "Tab")
        if focused(page) == "Notes":
            break
    page.keyboard.type("Ask for an early hour")
    press(page, "Control+Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("link", name="Book the dentist")).to_be_focused()
    press(page, "x")
    expect(page.get_by_role("region", name="Completed").get_by_role("link", name="Book the dentist")).to_be_visible()
    expect(page.get_by_role("link", name="Water the plants")).to_be_focused()
    press(page, "#")
    expect(page.get_by_role("link", name="Water the plants")).to_be_hidden()
    press(page, "z")
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()
    press(page, "g", "t")
    expect(page.get_by_role("heading", name="Trash", exact=True)).to_be_focused()
    press(page, "g", "l")
    expect(page.get_by_role("heading", name="To-dos", exact=True)).to_be_focused()


def test_the_help_lists_the_keys_and_gives_the_focus_back(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = visit(alice)
    page.get_by_role("link", name="Water the plants").focus()
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_text("Complete or reopen")).to_be_visible()
    press(page, "x")  # belongs to the dialog now
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Water the plants")).to_be_focused()
    expect(page.get_by_role("checkbox")).not_to_be_checked()


def test_search_and_new_have_keys(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("n?")
    expect(page.get_by_role("searchbox")).to_have_value("n?")  # typed, not taken as shortcuts
    press(page, "Escape", "Escape", "N")
    expect(page).to_have_url(re.compile("/new$"))
    expect(page.get_by_label("Title", exact=True)).to_be_focused()  # the form is loaded after the list
    page.keyboard.type("Buy milk")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Buy milk")


def test_keys_that_lead_to_a_field_lead_there_from_every_view(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    for key, field in (("n", page.get_by_role("textbox", name="Add a to-do")), ("/", page.get_by_role("searchbox"))):
        page.get_by_role("link", name="Trash").click()
        expect(page.get_by_role("heading", name="Trash", exact=True)).to_be_focused()
        press(page, key, *"milk")  # at once: no letter is lost, or taken for a shortcut
        expect(field).to_have_value("milk")
        expect(page.get_by_role("heading", name="To-dos", exact=True)).to_be_visible()
        expect(field).to_be_focused()


def test_single_keys_can_be_switched_off(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    page.get_by_role("switch", name=re.compile("single-key")).uncheck()
    page.get_by_role("heading", name="Account", exact=True).focus()
    press(page, "g", "t")
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("switch", name=re.compile("single-key"))).not_to_be_checked()


def test_the_first_tab_leads_past_the_navigation(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    press(page, "Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    press(page, "Enter", "Tab")
    expect(page.get_by_role("radio", name="All")).to_be_focused()
