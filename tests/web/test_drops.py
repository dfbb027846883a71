"""Files dropped on the page: on a row, on the list, on nothing in particular. And the tray that shows them on their way."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.people import Person
from tests.web.visits import Visits, all_sent

DRAG = """(element, [type, names]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["hello"], name, {type: "text/plain"}));
    const event = new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true});
    element.dispatchEvent(event);
    return event.defaultPrevented;
}"""


def drag(page: Page, selector: str, kind: str, *names: str) -> Any:
    return page.locator(selector).first.evaluate(DRAG, [kind, names])


def files_of(person: Person, todo_id: str) -> list[str]:
    return sorted(file["fileName"] for file in person.call("GET", f"{todo_id}/files").json()["files"])


def test_it_works(visit: Visits, alice: Person) -> None:
    todo = alice.add("Renew the passport")
    page = visit(alice)
    expect(page.get_by_role("link", name="Renew the passport")).to_be_visible()
    drag(page, ".row .row-title", "dragover", "photo.txt")
    expect(page.get_by_text("Drop to attach to “Renew the passport”")).to_be_visible()
    drag(page, ".row .row-title", "drop", "photo.txt", "form.txt")
    expect(page.get_by_text("2 attachments")).to_be_attached()
    all_sent(page)
    assert files_of(alice, todo["todoID"]) == ["form.txt", "photo.txt"]
    expect(page.get_by_role("region", name="Uploads")).to_be_hidden()


def test_on_the_list_they_make_a_to_do(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    drag(page, "#main", "dragover", "Invoice 7.txt")
    expect(page.get_by_text("Drop to add a to-do with this")).to_be_visible()
    drag(page, "#main", "drop", "Invoice 7.txt")
    expect(page.get_by_label("Title")).to_have_value("Invoice 7")
    all_sent(page)
    [todo] = alice.call("GET", "me/todos").json()["todos"]
    assert files_of(alice, todo["todoID"]) == ["Invoice 7.txt"]


def test_beside_a_to_do_that_is_open_they_go_to_it(visit: Visits, alice: Person) -> None:
    todo = alice.add("Renew the passport")
    page = visit(alice, f"/todos/{todo['todoID']}")
    expect(page.get_by_label("Title")).to_be_visible()
    drag(page, "#main", "drop", "photo.txt")
    expect(page.locator(".file-name")).to_have_text("photo.txt")
    all_sent(page)
    assert (alice.titles(), files_of(alice, todo["todoID"])) == (["Renew the passport"], ["photo.txt"])


@pytest.mark.parametrize("path", ["/trash", "/account", "/nowhere"])
def test_elsewhere_they_do_nothing_and_the_page_stays(path: str, visit: Visits, alice: Person) -> None:
    page = visit(alice, path)
    expect(page.locator("h1")).to_be_visible()
    assert drag(page, "body", "dragover", "photo.txt")
    assert drag(page, "body", "drop", "photo.txt")
    expect(page).to_have_url(f"{visit.site.url}{path}")
    assert alice.titles() == []


def test_before_the_log_in_the_page_stays_too(visit: Visits) -> None:
    page = visit()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert drag(page, "body", "drop", "photo.txt")


def drop_and_hold(page: Page) -> list[Route]:
    """Drops a file on a row; its upload waits for its response from the test."""
    expect(page.get_by_role("link", name="Renew the passport")).to_be_visible()
    held: list[Route] = []
    page.route(re.compile(r"/files$"), lambda route: held.append(route))  # noqa: PLW0108  Playwright marks handlers, and a built-in takes no mark
    drag(page, ".row .row-title", "drop", "photo.txt")
    return held


def test_the_tray_shows_what_is_on_its_way_wherever_one_is(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Renew the passport")
    page = visit(alice)
    held = drop_and_hold(page)
    tray = page.get_by_role("region", name="Uploads")
    expect(tray.get_by_role("progressbar", name="Upload of photo.txt")).to_be_visible()
    page.get_by_role("link", name="Trash").click()
    expect(tray.get_by_role("link", name="Renew the passport")).to_be_visible()
    held[0].fulfill(status=409, json={"detail": "The account is full."})
    expect(tray.get_by_text("The account is full.")).to_be_visible()
    page.unroute(re.compile(r"/files$"))
    tray.get_by_role("button", name="Try again: photo.txt").click()
    expect(tray).to_be_hidden()
    assert files_of(alice, todo["todoID"]) == ["photo.txt"]


def test_an_upload_is_cancelled_in_the_tray(visit: Visits, alice: Person) -> None:
    todo = alice.add("Renew the passport")
    page = visit(alice)
    drop_and_hold(page)
    page.get_by_role("button", name="Cancel upload of photo.txt").click()
    expect(page.get_by_role("region", name="Uploads")).to_be_hidden()
    all_sent(page)
    assert files_of(alice, todo["todoID"]) == []
