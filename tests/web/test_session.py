"""The session ends in the middle of work: a way back, and nothing that was typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.people import PASSWORD, Person
from tests.web.visits import Visits, all_sent, answered, log_out, reconnect


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """Of each test its own: sessions end here."""
    return register("alice")


def test_it_works(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Read the lease")
    page = visit(alice, f"/todos/{todo['todoID']}")
    expect(page.get_by_label("Notes")).to_be_visible()
    alice.end_session(page)
    page.get_by_label("Notes").fill("Two pages are missing.")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert alice.call("GET", f"me/todos/{todo['todoID']}").json()["notes"] == "Two pages are missing."


def test_a_wrong_password_keeps_the_dialog_and_the_text(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Read the lease")
    page = visit(alice, f"/todos/{todo['todoID']}")
    expect(page.get_by_label("Notes")).to_be_visible()
    alice.end_session(page)
    page.get_by_label("Notes").fill("Two pages are missing.")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password", exact=True).fill("Wrong-password-1")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_text("E-mail or password is wrong.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value("Two pages are missing.")


def test_unsaved_words_survive_a_reload(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Read the lease")
    page = visit(alice, f"/todos/{todo['todoID']}")
    expect(page.get_by_label("Notes")).to_be_visible()
    cognito = f"{visit.site.aws}/"
    page.route(cognito, lambda _: None)  # it may end the session after the reload only
    alice.end_session(page)
    page.get_by_label("Notes").fill("Two pages are missing.")
    page.get_by_role("textbox", name="Add a to-do").fill("Half a thou")
    page.reload(wait_until="commit")
    page.unroute(cognito)
    expect(page.get_by_label("Notes")).to_have_value("Two pages are missing.")
    expect(page.get_by_role("textbox", name="Add a to-do")).to_have_value("Half a thou")


def test_an_old_token_is_renewed_silently(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    alice.let_time_pass(page)
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    page.keyboard.press("Enter")
    all_sent(page)
    assert alice.titles() == ["Buy milk"]


def test_changes_are_never_sent_as_somebody_else(visit: Visits, alice: Person, bob: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("textbox", name="Add a to-do").fill("A secret")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 change is kept on this device and sent later.")).to_be_visible()
    bob.keep_session(page)  # as another tab does, whose news have not arrived here yet
    page.unroute("**/api/**")
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()  # Bob's list
    assert bob.titles() == []
    alice.keep_session(page)
    page.reload()
    all_sent(page)
    assert alice.titles() == ["A secret"]


def test_starting_while_cognito_is_away_waits_for_it(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    alice.let_time_pass(page)
    cognito = f"{visit.site.aws}/"
    page.route(cognito, lambda route: route.abort("connectionrefused"))
    page.reload()
    expect(page.get_by_text("The server does not respond.")).to_be_visible()
    reconnect(page, cognito)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()


def test_logging_out_removes_what_was_typed(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    page.get_by_role("textbox", name="Add a to-do").fill("A secret")
    page.get_by_role("link", name="Account").click()
    log_out(page)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('todo.draft.'))") == []


def test_logging_out_asks_while_changes_wait(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.route("**/api/me/todos", lambda route: route.abort("connectionrefused"))
    page.get_by_role("textbox", name="Add a to-do").fill("A secret")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 change is kept on this device and sent later.")).to_be_visible()
    page.get_by_role("link", name="Account").click()
    log_out(page)
    dialog = page.get_by_role("dialog", name="Log out")
    expect(dialog.get_by_text("1 change has not been sent yet. Logging out loses what is not sent.")).to_be_visible()
    dialog.get_by_role("button", name="Stay logged in").click()
    expect(dialog).to_be_hidden()
    log_out(page)
    dialog.get_by_role("button", name="Log out all the same").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("indexedDB.databases()") == []


def test_logging_out_in_another_tab_logs_out_here(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{visit.site.url}/account")
    log_out(other)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_what_another_tab_deletes_while_it_logs_out_disturbs_nothing(visit: Visits, alice: Person) -> None:
    page = visit(alice)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    deleted = "name => new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = () => done(true); })"
    page.evaluate(deleted, f"todo.{alice.sub}")
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    with answered(page, "POST"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()
    assert alice.titles() == ["Buy milk"]


def test_the_list_of_a_returning_visitor_waits_for_nothing_of_the_log_in(visit: Visits, alice: Person) -> None:
    alice.add("Buy milk")
    page = visit(alice, "/account")
    expect(page.get_by_role("button", name="Set up the app")).to_be_visible()  # it has the forms and Amplify by now
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with answered(page, "GET"):
        page.goto(page.url.replace("/account", "/"))
    before = [url for url in asked if not url.startswith(f"{visit.site.url}/api/")]
    assert not [url for url in before if "/cognito-" in url or "/forms-" in url]
    alice.let_time_pass(page)
    with page.expect_request(re.compile("/assets/cognito-")):
        page.reload()
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()
