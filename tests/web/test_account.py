"""An account's life, through the page: registered, confirmed, logged in and out, its password and e-mail changed."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.people import PASSWORD, Person, Site
from tests.web.visits import Visits, at_home, log_in, log_out

CODE = "123456"  # the embedded Cognito's, for every registration
RESET_CODE = "654321"


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """Of each test its own: her account changes here."""
    return register("alice")


@pytest.fixture
def email() -> str:
    """An address nobody has registered, with capitals that must not matter."""
    return f"New{time.time_ns()}@Example.com"


@pytest.fixture
def unconfirmed(site: Site) -> str:
    """The address of somebody who has registered and not confirmed yet."""
    email = f"new{time.time_ns()}@example.com"
    known = [{"Name": "email", "Value": email}]
    site.cognito.sign_up(ClientId=site.config["clientId"], Username=email, Password=PASSWORD, UserAttributes=known)
    return email


def test_it_works(visit: Visits, email: str) -> None:
    page = visit()
    page.get_by_role("link", name="Create account").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text(f"We sent a code to {email}")).to_be_visible()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm your e-mail").click()
    at_home(page)
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text(email.lower())).to_be_visible()
    log_out(page)
    log_in(page, email)
    at_home(page)


def test_the_form_does_not_wait_for_the_library_behind_it(visit: Visits, alice: Person) -> None:
    page = visit(path="/nowhere")
    held: list[Route] = []
    holding = True
    page.route(re.compile("/assets/cognito-"), lambda route: held.append(route) if holding else route.continue_())
    page.goto(visit.site.url)
    log_in(page, alice.email)
    expect(page.get_by_role("button", name="One moment…")).to_be_disabled()
    holding = False
    for route in held:  # it is preloaded and imported: one request or two
        route.continue_()
    at_home(page)


def test_a_password_that_breaks_a_rule_is_named_before_anything_is_sent(visit: Visits, email: str) -> None:
    page = visit(path="/register")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("short")
    expect(page.get_by_text("12 characters or more (not met yet)")).to_be_attached()
    expect(page.get_by_text("a small letter (met)")).to_be_attached()
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("The password does not meet every rule below.")).to_be_visible()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()


def test_a_wrong_code_is_refused_and_a_new_one_can_be_sent(visit: Visits, unconfirmed: str) -> None:
    visit.expect_refusals()
    page = visit(path="/confirm")
    page.get_by_label("E-mail").fill(unconfirmed)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm your e-mail").click()
    expect(page.get_by_text("That is not the code we sent.")).to_be_visible()
    page.get_by_role("button", name="Send the code again").click()
    expect(page.get_by_text("A new code is on its way.")).to_be_visible()


def test_logging_in_before_confirming_leads_to_the_code(visit: Visits, unconfirmed: str) -> None:
    visit.expect_refusals()
    page = visit()
    log_in(page, unconfirmed)
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm your e-mail").click()
    at_home(page)


def test_a_wrong_password_gets_one_sentence(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit()
    log_in(page, alice.email, "Wrong-password-1")
    expect(page.get_by_role("alert").get_by_text("E-mail or password is wrong.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(alice.email)


def test_a_forgotten_password_is_replaced(visit: Visits, alice: Person) -> None:
    page = visit()
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Code").fill(RESET_CODE)
    page.get_by_label("New password", exact=True).fill("Another-horse-7")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    log_in(page, alice.email, "Another-horse-7")
    at_home(page)


def test_a_password_is_changed(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill("Another-horse-7")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    log_out(page)
    log_in(page, alice.email, "Another-horse-7")
    expect(page).to_have_url(re.compile(r"/$"))
    at_home(page)


def test_a_wrong_current_password_is_named(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice, "/account")
    page.get_by_label("Current password").fill("Wrong-password-1")
    page.get_by_label("New password").fill("Another-horse-7")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("That is not your current password.")).to_be_visible()


def change_email(page: Page, email: str) -> None:
    page.get_by_label("New e-mail").fill(email)
    page.get_by_role("button", name="Change e-mail").click()


def test_an_e_mail_is_changed(visit: Visits, alice: Person, email: str) -> None:
    """At once: the embedded Cognito asks for no code."""
    page = visit(alice, "/account")
    change_email(page, email)
    expect(page.get_by_text("Your e-mail is changed.")).to_be_visible()
    expect(page.get_by_text(email.lower())).to_be_visible()
    log_out(page)
    log_in(page, email)
    at_home(page)


def test_a_new_e_mail_counts_once_its_code_is_back(visit: Visits, alice: Person, email: str) -> None:
    """As the real Cognito does. The embedded one has no VerifyUserAttribute: the test responds to it, and to the call before."""
    visit.expect_refusals()
    page = visit(alice, "/account")
    pool, new = visit.site.config["userPoolId"], {"Name": "email", "Value": email.lower()}
    sent = {"CodeDeliveryDetailsList": [{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"}]}
    asked: list[Any] = []

    def respond(route: Route) -> None:
        action = route.request.headers.get("x-amz-target", "").rpartition(".")[2]
        if action not in {"UpdateUserAttributes", "VerifyUserAttribute"}:
            route.continue_()
            return
        asked.append(route.request.post_data_json)
        wrong = asked[-1].get("Code") == "000000"
        if action == "VerifyUserAttribute" and not wrong:
            visit.site.cognito.admin_update_user_attributes(UserPoolId=pool, Username=alice.sub, UserAttributes=[new])
        body = {"__type": "CodeMismatchException"} if wrong else sent if action == "UpdateUserAttributes" else {}
        route.fulfill(status=400 if wrong else 200, json=body, headers={"Access-Control-Allow-Origin": "*"})

    page.route(f"{visit.site.aws}/", respond)
    change_email(page, email)
    expect(page.get_by_text(f"We sent a code to {email.lower()}.")).to_be_visible()
    expect(page.get_by_text(alice.email)).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    for code in ("000000", " 123456 "):
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Confirm").click()
        if code == "000000":
            expect(page.get_by_text("That is not the code we sent.")).to_be_visible()
    expect(page.get_by_text("Your e-mail is changed.")).to_be_visible()
    expect(page.get_by_text(email.lower())).to_be_visible()
    expect(page.get_by_label("New e-mail")).to_be_focused()
    token = {"AccessToken": alice.tokens["accessToken"]}
    assert asked == [
        {**token, "UserAttributes": [new]},
        *({**token, "AttributeName": "email", "Code": code} for code in ("000000", "123456")),
    ]


def test_what_is_no_e_mail_is_named_before_anything_is_sent(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    change_email(page, "ada")
    expect(page.get_by_text("Enter your e-mail address, such as ada@example.com.")).to_be_visible()
    expect(page.get_by_label("New e-mail")).to_be_focused()


def test_the_session_survives_a_reload_and_a_deep_link_a_login(visit: Visits, alice: Person) -> None:
    todo = alice.add("Read the lease")
    page = visit(None, f"/todos/{todo['todoID']}")
    log_in(page, alice.email)
    expect(page.get_by_label("Title", exact=True)).to_have_value("Read the lease")
    page.reload()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Read the lease")


def test_logging_out_everywhere_ends_the_other_browser(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    here, there = visit(alice, "/account"), visit(alice)
    at_home(there)
    here.get_by_role("button", name="Log out everywhere").click()
    expect(here.get_by_role("heading", name="Log in")).to_be_visible()
    alice.let_time_pass(there)
    there.get_by_role("radio", name="Open").check()
    expect(there.get_by_role("heading", name="Your session has ended")).to_be_visible()
