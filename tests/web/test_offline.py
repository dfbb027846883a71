"""Without a network everything goes on: changes are kept in the browser, over a reload and a restart, and sent later."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.visits import Visits, all_sent, choose


def worked_offline(visit: Visits, alice: Person, **options: Any) -> Page:
    """The page of a visitor with a service worker, and then no network."""
    visit.expect_refusals()
    page = visit(alice, service_workers="allow", **options)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    kept(page)
    page.context.set_offline(True)
    return page


def kept(page: Page) -> None:
    """The list is kept half a second after it came."""
    expect(page.locator(".row").first).to_be_visible()
    page.wait_for_timeout(700)


def add(page: Page, title: str) -> None:
    page.get_by_role("textbox", name="Add a to-do").fill(title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_it_works(visit: Visits, alice: Person) -> None:
    for title in ("Water the plants", "Book the dentist", "Call home"):
        alice.add(title)
    page = worked_offline(visit, alice)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    add(page, "Buy milk")
    page.get_by_role("checkbox", name="Completed: Water the plants").check()
    page.get_by_role("button", name="Delete Call home").click()
    page.get_by_role("link", name="Book the dentist").click()
    page.get_by_label("Notes").fill("In the morning")
    expect(page.get_by_text("Kept on this device", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Notes")).to_have_value("In the morning")
    expect(page.locator(".row-title")).to_have_text(["Buy milk", "Book the dentist", "Water the plants"])
    expect(page.get_by_text("4 changes are kept on this device and sent later.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    all_sent(page)
    assert alice.titles(completed="false") == ["Buy milk", "Book the dentist"]
    assert alice.titles(completed="true") == ["Water the plants"]
    assert alice.titles(trashed="true") == ["Call home"]
    [dentist] = [todo for todo in alice.call("GET", "me/todos").json()["todos"] if todo["title"] == "Book the dentist"]
    assert dentist["notes"] == "In the morning"


def test_what_was_added_offline_can_be_changed_completed_and_given_files(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = worked_offline(visit, alice)
    add(page, "Buy milk")
    page.get_by_role("link", name="Buy milk").click()
    page.get_by_label("Notes").fill("Two litres")
    choose(page, ("list.txt", "text/plain", b"milk"))
    page.get_by_role("checkbox", name="Completed: Buy milk").first.check()
    expect(page.get_by_text("Completed “Buy milk”")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Notes")).to_have_value("Two litres")
    expect(page.get_by_text("list.txt")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="Download list.txt")).to_be_visible()
    all_sent(page)
    [milk] = alice.call("GET", "me/todos", params={"completed": "true"}).json()["todos"]
    assert (milk["title"], milk["notes"], milk["attachments"]) == ("Buy milk", "Two litres", 1)


def test_deleting_and_restoring(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    alice.add("Call home")
    page = worked_offline(visit, alice)
    page.get_by_role("button", name="Delete Call home").click()
    page.get_by_role("button", name="Delete Water the plants").click()
    page.get_by_role("link", name="Trash").click()
    page.get_by_role("button", name="Restore Call home").click()
    expect(page.get_by_role("button", name="Restore Call home")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Restore Water the plants")).to_be_visible()
    page.get_by_role("link", name="To-dos").click()
    expect(page.locator(".row-title")).to_have_text(["Call home"])
    page.context.set_offline(False)
    all_sent(page)
    page.reload()
    expect(page.locator(".row-title")).to_have_text(["Call home"])
    assert (alice.titles(), alice.titles(trashed="true")) == (["Call home"], ["Water the plants"])


def test_what_another_device_restored_is_not_in_the_trash_that_was_kept(visit: Visits, alice: Person) -> None:
    path = f"me/todos/{alice.add('Call home')['todoID']}"
    alice.call("DELETE", path)
    page = visit(alice, "/trash", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    kept(page)
    alice.call("POST", f"{path}/restore")
    page.goto(alice.site.url)
    kept(page)
    visit.expect_refusals()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("link", name="Call home")).to_be_visible()


def test_a_conflict_with_another_device_is_shown(visit: Visits, alice: Person) -> None:
    path = f"me/todos/{alice.add('Book a table')['todoID']}"
    page = worked_offline(visit, alice)
    page.get_by_role("link", name="Book a table").click()
    page.get_by_label("Title", exact=True).fill("Book a table for six")
    page.keyboard.press("Escape")
    alice.call("PATCH", path, json={"title": "Book a table for four"})
    page.context.set_offline(False)
    expect(page.get_by_text("Not saved yet: open it to decide")).to_be_visible()
    page.get_by_role("link", name="Book a table for six").click()
    dialog = page.get_by_role("dialog", name="This to-do was changed meanwhile")
    expect(dialog.get_by_text("Book a table for four")).to_be_visible()
    dialog.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text("Not saved yet")).to_be_hidden()
    all_sent(page)
    assert alice.call("GET", path).json()["title"] == "Book a table for six"


def test_another_tab_shows_and_sends_what_one_keeps(visit: Visits, alice: Person) -> None:
    alice.add("Water the plants")
    page = worked_offline(visit, alice)
    other = page.context.new_page()
    other.goto(visit.site.url)
    add(page, "Buy milk")
    expect(other.get_by_role("link", name="Buy milk")).to_be_visible()
    page.close()
    other.context.set_offline(False)
    all_sent(other)
    assert sorted(alice.titles()) == ["Buy milk", "Water the plants"]


def test_a_server_that_does_not_answer_is_told_from_no_network(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(1)
    page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("checkbox", name="Completed: Water the plants").check()
    expect(page.get_by_text("The server does not respond. 1 change is kept on this device and sent later.")).to_be_visible()
    page.unroute("**/api/**")
    expect(page.get_by_text("The server does not respond.")).to_be_hidden()
    all_sent(page)
    assert alice.titles(completed="true") == ["Water the plants"]


def test_the_page_can_be_installed(visit: Visits) -> None:
    page = visit()
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(response => response.json())")
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
    folder = Path(__file__).resolve().parents[2] / "web" / "public"
    assert all((folder / icon["src"].lstrip("/")).is_file() for icon in manifest["icons"])
