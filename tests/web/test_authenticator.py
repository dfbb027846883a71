"""An authenticator app, set up and turned off in the account view."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.authenticator import App
from tests.web.people import Person
from tests.web.visits import Visits, at_home, log_in, log_out

LABEL = "Code from your authenticator app"


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """Of each test its own: her account asks for more than a password."""
    return register("alice")


def begin(page: Page) -> Locator:
    """The dialog that shows the key."""
    page.get_by_role("button", name="Set up the app").click()
    dialog = page.get_by_role("dialog", name="Set up your authenticator app")
    expect(dialog.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    return dialog


def key_in(dialog: Locator) -> str:
    return dialog.get_by_role("code").inner_text().replace(" ", "")


def turn_on(page: Page, dialog: Locator, code: str) -> None:
    dialog.get_by_label(LABEL).fill(code)
    dialog.get_by_role("button", name="Turn on").click()


def test_it_works(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    expect(page.get_by_text("If you lose every device with the app, only the people who run this service")).to_be_visible()
    dialog = begin(page)
    key = key_in(dialog)
    link = f"otpauth://totp/Wren:{quote(alice.email, safe='')}?secret={key}&issuer=Wren"
    expect(dialog.get_by_role("link", name="Open the app on this device")).to_have_attribute("href", link)
    app = App.with_secret(key)
    turn_on(page, dialog, app.code())
    expect(page.get_by_text("Your authenticator app is on.")).to_be_visible()
    log_out(page)
    log_in(page, alice.email)
    page.get_by_label(LABEL).fill(app.code())
    page.get_by_role("button", name="Log in", exact=True).click()
    at_home(page)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("Your authenticator app is off.")).to_be_visible()
    log_out(page)
    log_in(page, alice.email)
    at_home(page)


def test_a_wrong_code_is_told_and_can_be_corrected(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice, "/account")
    dialog = begin(page)
    app = App.with_secret(key_in(dialog))
    turn_on(page, dialog, app.wrong_code())
    expect(dialog.get_by_text("That is not the code your app shows now.")).to_be_visible()
    turn_on(page, dialog, app.code())
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()


def test_no_code_is_named_before_anything_is_sent(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    dialog = begin(page)
    turn_on(page, dialog, "")
    expect(dialog.get_by_text("Enter the code.")).to_be_visible()
    expect(dialog.get_by_label(LABEL)).to_be_focused()


def test_without_its_first_code_an_app_is_not_asked_for(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    dialog = begin(page)
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Set up the app")).to_be_focused()
    log_out(page)
    log_in(page, alice.email)
    at_home(page)


def test_it_is_kept_on_when_one_thinks_again(visit: Visits, alice: Person) -> None:
    App.of(alice)
    page = visit(alice, "/account")
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it on").click()
    page.reload()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()


def test_with_the_keyboard_alone(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    page.get_by_role("button", name="Set up the app").press("Enter")
    dialog = page.get_by_role("dialog", name="Set up your authenticator app")
    expect(dialog.get_by_role("code")).to_be_visible()
    app = App.with_secret(key_in(dialog))
    dialog.get_by_label(LABEL).focus()
    page.keyboard.type(app.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Turn off")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Turn off")).to_be_focused()


def test_what_is_not_known_is_asked_again(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice, "/")
    refused = {"status": 400, "content_type": "application/x-amz-json-1.1", "headers": {"Access-Control-Allow-Origin": "*"}}
    cognito = f"{visit.site.aws}/"

    def refuse(route: Route) -> None:
        route.fulfill(**refused, body=json.dumps({"__type": "TooManyRequestsException"}))

    page.route(cognito, refuse)
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("Too many tries. Please wait a while.")).to_be_visible()
    page.unroute(cognito)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Set up the app")).to_be_visible()
