"""Somebody whose account asks for a code of an authenticator app as well: at the log-in, and when the session ends."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.authenticator import App
from tests.web.people import PASSWORD, Person
from tests.web.visits import Visits, at_home, log_in

LABEL = "Code from your authenticator app"


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """Of each test its own: her account asks for more than a password."""
    return register("alice")


@pytest.fixture
def app(alice: Person) -> App:
    """Alice's app, known to her account from now on."""
    return App.of(alice)


def answer(page: Page, code: str) -> None:
    page.get_by_label(LABEL).fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_it_works(visit: Visits, alice: Person, app: App) -> None:
    page = visit()
    log_in(page, alice.email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    expect(page.get_by_label(LABEL)).to_be_focused()
    answer(page, app.code())
    at_home(page)


def test_a_wrong_code_is_refused_and_can_be_corrected(visit: Visits, alice: Person, app: App) -> None:
    visit.expect_refusals()
    page = visit()
    log_in(page, alice.email)
    answer(page, app.wrong_code())
    expect(page.get_by_text("That is not the code your app shows now.")).to_be_visible()
    answer(page, app.code())
    at_home(page)


def test_no_code_is_named_before_anything_is_sent(visit: Visits, alice: Person, app: App) -> None:
    page = visit()
    log_in(page, alice.email)
    answer(page, "")
    expect(page.get_by_text("Enter the code.")).to_be_visible()
    expect(page.get_by_label(LABEL)).to_be_focused()


def test_a_code_that_comes_too_late_leads_back_to_the_password(visit: Visits, alice: Person, app: App) -> None:
    visit.expect_refusals()
    page = visit()
    log_in(page, alice.email)
    expect(page.get_by_label(LABEL)).to_be_visible()
    late = '{"__type": "NotAuthorizedException", "message": "Invalid session for the user, session is expired."}'
    page.route(
        f"{visit.site.aws}/", lambda route: route.fulfill(status=400, body=late, content_type="application/x-amz-json-1.1")
    )
    answer(page, app.code())
    expect(page.get_by_text("That took too long. Enter your password again.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(alice.email)


def test_one_can_go_back(visit: Visits, alice: Person, app: App) -> None:
    page = visit()
    log_in(page, alice.email)
    page.get_by_role("button", name="Back to log in").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_session_that_ended_asks_for_both(visit: Visits, alice: Person, app: App) -> None:
    visit.expect_refusals()
    todo = alice.add("Read the lease")
    page = visit(alice, f"/todos/{todo['todoID']}")
    expect(page.get_by_label("Notes")).to_be_visible()
    alice.end_session(page)
    page.get_by_label("Notes").fill("Two pages are missing.")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_label(LABEL)).to_be_focused()
    dialog.get_by_label(LABEL).fill(app.code())
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    assert alice.call("GET", f"me/todos/{todo['todoID']}").json()["notes"] == "Two pages are missing."
