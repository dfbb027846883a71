"""The browsable API with its login: forms that really create, change, delete and upload, with CSRF enforced."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.web.people import PASSWORD, Person, Site
from tests.web.visits import Visits, log_in


def logged_in(visit: Visits, person: Person) -> Page:
    visit.expect_refusals()
    page = visit(path="/api/me/todos")
    log_in(page, person.email)
    expect(page).to_have_url(re.compile("/api/me/todos$"))
    expect(page.get_by_text(person.email)).to_be_visible()
    return page


def test_it_works(visit: Visits, alice: Person) -> None:
    page = logged_in(visit, alice)
    page.get_by_role("link", name="HTML form").click()
    page.locator("input[name=title]").fill("From the form")
    page.locator("input[name=dateDue]").fill("2026-12-24")
    page.get_by_role("button", name="POST").click()
    expect(page.get_by_text("HTTP 201 Created")).to_be_visible()
    [todo] = alice.call("GET", "me/todos").json()["todos"]
    assert (todo["title"], todo["dateDue"]) == ("From the form", "2026-12-24")

    page.goto(f"{alice.site.url}/api/me/todos/{todo['todoID']}")
    content = page.locator("textarea[name=_content]")
    expect(content).to_have_value(re.compile('"title": "From the form"'))
    content.fill('{"title": "Changed", "completed": true}')
    page.get_by_role("button", name="PATCH").click()
    expect(page.get_by_text('"title": "Changed"').first).to_be_visible()
    assert alice.titles(completed="true") == ["Changed"]

    page.goto(f"{alice.site.url}/api/{todo['todoID']}/files")
    page.get_by_role("link", name="HTML form").click()
    page.locator("input[name=file]").set_input_files({"name": "ü.txt", "mimeType": "text/plain", "buffer": b"hello"})
    page.get_by_role("button", name="POST").click()
    expect(page.get_by_text("HTTP 201 Created")).to_be_visible()
    [file] = alice.call("GET", f"{todo['todoID']}/files").json()["files"]
    assert (file["fileName"], httpx.get(file["filePath"]).content) == ("ü.txt", b"hello")

    page.goto(f"{alice.site.url}/api/me/todos/{todo['todoID']}")
    page.get_by_role("button", name="DELETE").click()
    page.locator(".modal-footer").get_by_text("Delete", exact=True).click()
    expect(page.get_by_text("HTTP 204 No Content")).to_be_visible()
    assert alice.titles() == []


def test_a_form_that_is_refused_says_why(visit: Visits, alice: Person) -> None:
    page = logged_in(visit, alice)
    page.get_by_role("link", name="HTML form").click()
    page.get_by_role("button", name="POST").click()
    expect(page.get_by_text("HTTP 400 Bad Request")).to_be_visible()
    expect(page.get_by_text('"code": "blank"')).to_be_visible()


def test_logged_out_it_leads_to_the_login_and_back(visit: Visits, alice: Person) -> None:
    page = visit(path="/api/me/todos?completed=true")
    expect(page).to_have_title("Log in – To-do API")
    log_in(page, alice.email)
    expect(page).to_have_url(re.compile(r"/api/me/todos\?completed=true$"))


def test_a_client_that_reads_json_is_not_led_to_the_login(site: Site) -> None:
    answer = httpx.get(f"{site.url}/api/me/todos")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem:todo:not-authenticated")


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("", "", "Enter your e-mail address."),
        ("alice", PASSWORD, "Enter an e-mail address, such as ada@example.com."),
        ("alice@example.com", "", "Enter your password."),
        ("alice@example.com", "Wrong-horse-9", "E-mail or password is wrong."),
    ],
)
def test_a_login_that_is_refused_says_why(visit: Visits, email: str, password: str, sentence: str) -> None:
    visit.expect_refusals()
    page = visit(path="/api/login/")
    log_in(page, email, password)
    expect(page.get_by_text(sentence)).to_be_visible()


def test_the_forms_stand_above_the_data(visit: Visits, alice: Person) -> None:
    page = logged_in(visit, alice)
    heading, form, data = (page.locator(name).first.bounding_box() for name in ("h1", ".tab-content", ".response-info"))
    assert heading
    assert form
    assert data
    assert heading["y"] < form["y"] < data["y"]


def test_logging_out_forgets_the_session(visit: Visits, alice: Person) -> None:
    page = logged_in(visit, alice)
    page.get_by_text(alice.email).click()
    page.get_by_role("link", name="Log out").click()
    expect(page).to_have_url(re.compile("/api/login/$"))
    page.goto(f"{alice.site.url}/api/me/todos")
    expect(page).to_have_url(re.compile("/api/login/[?]next=%2Fapi%2Fme%2Ftodos$"))


def test_the_schema_has_its_page(visit: Visits) -> None:
    page = visit(path="/api/docs/")
    expect(page.get_by_text("/api/{user_id}/todos", exact=True).first).to_be_visible()
    expect(page.get_by_text("./manage.py token EMAIL")).to_be_visible()


@contextmanager
def browser_session(site: Site, person: Person, **fields: str) -> Iterator[tuple[httpx.Client, httpx.Response]]:
    """A client that has sent the login form, and the response."""
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/api/login/").text)
        assert token
        form = {"csrfmiddlewaretoken": token.group(1), "email": person.email, "password": PASSWORD, **fields}
        yield client, client.post("/api/login/", data=form)


def test_a_change_without_the_csrf_token_is_refused(site: Site, alice: Person) -> None:
    with browser_session(site, alice) as (client, _):
        assert client.get("/api/me/todos").status_code == 200
        refused = client.post("/api/me/todos", json={"title": "forged"})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem:todo:permission-denied")
        with_token = {"X-CSRFToken": client.cookies["csrftoken"]}
        assert client.post("/api/me/todos", json={"title": "wanted"}, headers=with_token).status_code == 201
    assert alice.titles() == ["wanted"]


def test_the_login_form_without_its_csrf_token_is_refused(site: Site, alice: Person) -> None:
    with browser_session(site, alice, csrfmiddlewaretoken="forged") as (client, refused):
        assert (refused.status_code, "sessionid" in client.cookies) == (403, False)


def test_the_login_leads_nowhere_else(site: Site, alice: Person) -> None:
    with browser_session(site, alice, next="https://evil.example/") as (_, answer):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/api/me/todos")
