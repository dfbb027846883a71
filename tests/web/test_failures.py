"""The server refuses, is busy, or cannot be reached: the page says so, tries again, and loses nothing."""

import json
import re

from playwright.sync_api import Route, expect

from tests.web.people import Person
from tests.web.visits import Visits, all_sent

API = re.compile(r"/api/")
TODOS = re.compile(r"/api/me/todos")


def refuse(status: int, detail: str, **headers: str):
    """A route handler that responds with a problem document."""
    body = json.dumps({"type": "urn:problem:todo:test", "title": "Refused", "status": status, "detail": detail})

    def handler(route: Route) -> None:
        route.fulfill(status=status, body=body, content_type="application/problem+json", headers=headers)

    return handler


def only(method: str, handler):
    """Lets every other method through."""

    def choose(route: Route) -> None:
        if route.request.method == method:
            handler(route)
        else:
            route.continue_()

    return choose


def test_a_refused_completion_is_taken_back_with_the_reason(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    page = visit(alice)
    page.route(TODOS, only("PATCH", refuse(409, "The plants are plastic.")))
    page.get_by_role("checkbox", name="Completed: Water the plants").click()
    expect(page.get_by_text("“Water the plants” was not changed: The plants are plastic.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Completed: Water the plants")).not_to_be_checked()
    expect(page.get_by_text("Completed “Water the plants”")).to_be_hidden()


def test_a_refused_deletion_is_taken_back_with_the_reason(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    page = visit(alice)
    page.route(TODOS, only("DELETE", refuse(500, "Something broke.")))
    page.get_by_role("button", name="Delete Water the plants").click()
    expect(page.get_by_text("“Water the plants” was not deleted: Something broke.")).to_be_visible()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()


def test_a_refused_addition_stays_until_it_is_decided(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    page.route(TODOS, only("POST", refuse(400, "No more room.")))
    page.get_by_role("textbox", name="Add a to-do").fill("Water the plants")
    page.keyboard.press("Enter")
    expect(page.locator(".row").get_by_text("Not saved yet: open it to decide")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Water the plants").click()
    expect(page.get_by_role("alert").get_by_text("Not saved: No more room.")).to_be_visible()
    page.unroute(TODOS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    all_sent(page)
    assert alice.titles() == ["Water the plants"]


def test_a_refused_addition_can_be_deleted_and_brought_back(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = visit(alice)
    page.route(TODOS, only("POST", refuse(400, "No more room.")))
    page.get_by_role("textbox", name="Add a to-do").fill("Water the plants")
    page.keyboard.press("Enter")
    expect(page.locator(".row").get_by_text("Not saved yet: open it to decide")).to_be_visible()
    page.get_by_role("button", name="Delete Water the plants").click()
    expect(page.locator(".row")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()


def test_a_refused_edit_stays_in_its_field(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Water the plants")
    page = visit(alice, f"/todos/{todo['todoID']}")
    errors = [{"field": "notes", "code": "x", "detail": "Not these."}]
    body = json.dumps({"title": "Invalid", "status": 400, "detail": "Check the input.", "errors": errors})
    refused = only("PATCH", lambda route: route.fulfill(status=400, body=body, content_type="application/problem+json"))
    page.route(TODOS, refused)
    page.get_by_label("Notes").fill("Daily")
    expect(page.get_by_text("Not these.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Notes")).to_have_value("Daily")
    page.unroute(TODOS)
    page.get_by_label("Notes").fill("Weekly")  # corrected, it is tried again by itself
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert alice.call("GET", f"me/todos/{todo['todoID']}").json()["notes"] == "Weekly"


def test_a_busy_server_is_asked_again_when_it_says(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    keys: list[str | None] = []

    def busy_twice(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) <= 2:
            refuse(503, "Busy.", **{"Retry-After": "0"})(route)
        else:
            route.continue_()

    page = visit(alice)
    page.route(TODOS, only("POST", busy_twice))
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()
    all_sent(page)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert keys[0]


def test_a_server_that_stays_busy_loses_no_change(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    page = visit(alice)
    tries: list[str] = []

    def busy_for_long(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) <= 9:
            refuse(503, "Busy.", **{"Retry-After": "0"})(route)
        else:
            route.continue_()

    page.route(TODOS, only("PATCH", busy_for_long))
    page.get_by_role("checkbox", name="Completed: Water the plants").click()
    all_sent(page)
    assert alice.titles(completed="true") == ["Water the plants"]


def test_a_list_that_cannot_be_loaded_is_told_in_the_end(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    alice.add("Water the plants")
    page = visit(alice)
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()
    page.route(TODOS, refuse(503, "The service is overloaded.", **{"Retry-After": "0"}))
    page.get_by_role("searchbox").fill("plants")
    expect(page.get_by_text("The list could not be loaded. The service is overloaded.")).to_be_visible()
    page.unroute(TODOS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()


def test_a_lost_answer_does_not_add_twice(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server did it; the response never arrives
        route.abort("connectionreset")

    page = visit(alice)
    page.route(TODOS, only("POST", lose_first))
    page.get_by_role("textbox", name="Add a to-do").fill("Buy milk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()
    all_sent(page)
    assert lost == [201]
    assert alice.titles() == ["Buy milk"]


def test_a_lost_answer_to_an_edit_is_no_conflict(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    todo = alice.add("Water the plants")
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page = visit(alice, f"/todos/{todo['todoID']}")
    page.route(TODOS, only("PATCH", lose_first))
    page.get_by_label("Notes").fill("Daily")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert lost == [200]


def test_without_its_configuration_the_page_says_so(visit: Visits) -> None:
    visit.expect_refusals()
    page = visit()
    page.route("**/config.json", lambda route: route.fulfill(status=404))
    page.reload()
    expect(page.get_by_role("alert").get_by_text("Wren could not start")).to_be_visible()
    page.unroute("**/config.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
