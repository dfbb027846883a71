"""Leaving: everything is taken along, and the account is deleted with all that it has."""

import json
import re
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.visits import Visits, log_in


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """Of each test its own: her account changes here."""
    return register("alice")


def delete_account(page: Page, email: str) -> None:
    """Asks for it, and enters this e-mail."""
    page.get_by_role("button", name="Delete account").click()
    page.get_by_role("dialog").get_by_role("textbox").fill(email)
    page.get_by_role("dialog").get_by_role("button", name="Delete everything").click()


def test_an_account_is_deleted_with_all_that_it_has(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Read the lease")
    page = visit(alice, "/account")
    delete_account(page, alice.email.upper())
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes('Cognito'))") == []
    log_in(page, alice.email)
    expect(page.get_by_role("alert").get_by_text("E-mail or password is wrong.")).to_be_visible()
    assert alice.waits_for_the_purge()


def test_another_e_mail_deletes_nothing(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account")
    delete_account(page, "somebody@example.com")
    expect(page.get_by_text("That is not the e-mail of this account.")).to_be_visible()
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not alice.waits_for_the_purge()


def test_an_account_that_cannot_be_deleted_yet_is_told_and_tried_again(visit: Visits, alice: Person) -> None:
    """Its data is given up by then, so there is no way back to offer."""
    visit.expect_refusals()
    page = visit(alice, "/account")
    cognito, target = f"{visit.site.aws}/", "x-amz-target"
    refuse = {"status": 400, "content_type": "application/x-amz-json-1.1", "body": '{"__type": "TooManyRequestsException"}'}
    allow = {"Access-Control-Allow-Origin": "*"}
    page.route(
        cognito,
        lambda route: (
            route.fulfill(**refuse, headers=allow)
            if route.request.headers.get(target, "").endswith(".DeleteUser")
            else route.continue_()
        ),
    )
    delete_account(page, alice.email)
    expect(page.get_by_text("your account is still there: Too many tries. Please wait a while. Try again.")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my account")).to_be_hidden()
    assert alice.waits_for_the_purge()
    page.unroute(cognito)
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_everything_is_taken_along(visit: Visits, alice: Person) -> None:
    todo, bare, old = alice.add("Read the lease"), alice.add("Call home"), alice.add("Old")
    first, second = (alice.attach(todo["todoID"], "scan.txt", content) for content in (b"one", b"two"))
    alice.call("DELETE", f"me/todos/{old['todoID']}")
    page = visit(alice, "/account")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download everything").click()
    assert saved.value.suggested_filename == "todo.zip"
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.testzip() is None
        all_of_it = json.loads(archive.read("to-dos.json"))
        kept = {each["title"]: each["attachments"] for each in all_of_it["todos"]}
        assert kept.keys() == {todo["title"], bare["title"]}
        assert [each["title"] for each in all_of_it["trash"]] == ["Old"]
        assert {each["fileID"]: archive.read(each["path"]) for each in kept["Read the lease"]} == {
            first["fileID"]: b"one",
            second["fileID"]: b"two",
        }
    expect(page.get_by_text("All your to-dos and attachments in one ZIP file.")).to_be_visible()


def test_an_attachment_that_cannot_be_read_is_told(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.attach(alice.add("Read the lease")["todoID"], "scan.txt", b"one")
    page = visit(alice, "/account")
    page.route(re.compile("/scan.txt"), lambda route: route.fulfill(status=403, headers={"Access-Control-Allow-Origin": "*"}))
    page.get_by_role("button", name="Download everything").click()
    expect(page.get_by_text("The file store refused the file.")).to_be_visible()
    expect(page.get_by_role("button", name="Download everything")).to_be_visible()
