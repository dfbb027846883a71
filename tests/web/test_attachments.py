"""Files: chosen, dropped, pasted; on their way, there, and gone again."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.web.people import Person
from tests.web.samples import picture
from tests.web.visits import Visits, answered, choose


def opened(visit: Visits, alice: Person) -> Page:
    """A to-do of Alice's, open."""
    return visit(alice, f"/todos/{alice.add('Sign the lease')['todoID']}")


def test_it_works(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    choose(page, ("lease.txt", "text/plain", b"twelve pages"), ("plan.png", "image/png", picture(40, 120, 90)))
    expect(page.get_by_role("link", name="Download lease.txt")).to_be_visible()
    expect(page.get_by_role("button", name="Preview plan.png")).to_be_visible()
    expect(page.locator(".row").get_by_text("2 attachments")).to_be_attached()
    expect(page.locator(".thumb img")).to_have_js_property("naturalWidth", 64)
    straight = [url for url in sent if url.startswith(visit.site.aws)]  # to S3, by the presigned POSTs
    through = [url for url in sent if url.startswith(visit.site.url)]  # the reservations and completions
    assert (len(straight), len(through)) == (2, 4)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download lease.txt").click()
    assert download.value.suggested_filename == "lease.txt"
    assert Path(download.value.path()).read_bytes() == b"twelve pages"


def test_a_picture_is_shown_large_and_the_arrows_go_on(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    choose(page, ("one.png", "image/png", picture(200, 80, 60)), ("two.png", "image/png", picture(60, 80, 200)))
    expect(page.get_by_role("button", name=re.compile("^Preview"))).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Preview")).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 2")).to_be_visible()
    expect(dialog.get_by_role("img")).to_have_js_property("naturalWidth", 64)
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("2 of 2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Preview")).first).to_be_focused()


def test_files_are_dropped(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    expect(page.get_by_text("Drop files here")).to_be_visible()
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
            const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
            for (const kind of ["dragover", "drop"]) document.querySelector(".drop").dispatchEvent(new DragEvent(kind, options));
        }"""
    )
    expect(page.get_by_role("link", name="Download dropped.txt")).to_be_visible()


def test_a_pasted_file_is_attached(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    expect(page.get_by_text("Drop files here")).to_be_visible()
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["pasted"], "pasted.txt", { type: "text/plain" }));
            const options = { clipboardData: transfer, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    expect(page.get_by_role("link", name="Download pasted.txt")).to_be_visible()


def test_a_file_too_large_is_refused_before_it_is_sent(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    expect(page.get_by_text("Drop files here")).to_be_visible()
    page.evaluate(
        """() => {
            const file = new File(["x"], "film.mov", { type: "video/quicktime" });
            Object.defineProperty(file, "size", { value: 105 * 1024 * 1024 });
            const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
            Object.defineProperty(event, "clipboardData", { value: { files: [file], types: ["Files"] } });
            document.body.dispatchEvent(event);
        }"""
    )
    expect(page.get_by_text("Too large: 110 MB. A file may have 100 MB.")).to_be_visible()
    page.get_by_role("button", name="Dismiss film.mov").click()
    expect(page.get_by_text("film.mov")).to_be_hidden()
    assert asked == []


def test_more_than_a_hundred_are_refused_before_they_are_sent(visit: Visits, alice: Person) -> None:
    todo = alice.add("Sign the lease")
    kept = {**alice.attach(todo["todoID"], "lease.txt", b"twelve pages"), "todoID": todo["todoID"]}
    full = json.dumps({"files": [{**kept, "fileID": f"{number:08}-0000-4000-8000-000000000000"} for number in range(99)]})

    def nearly_full(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(body=full, content_type="application/json")
        else:
            route.continue_()

    page = visit(alice)
    page.route(re.compile("/files$"), nearly_full)
    page.get_by_role("link", name="Sign the lease").click()
    expect(page.get_by_role("link", name="Download lease.txt")).to_have_count(99)
    choose(page, ("one.txt", "text/plain", b"1"), ("two.txt", "text/plain", b"2"))
    expect(page.get_by_role("link", name="Download one.txt")).to_be_visible()
    expect(page.get_by_text("Not attached: a to-do holds 100 files.")).to_be_visible()


def test_each_upload_shows_its_progress_and_can_be_cancelled(visit: Visits, alice: Person) -> None:
    page = opened(visit, alice)
    held: list[Route] = []
    holding = True

    def hold(route: Route) -> None:
        if holding and route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route(lambda url: url.startswith(visit.site.aws), hold)
    choose(page, ("lease.txt", "text/plain", b"twelve pages"), ("plan.txt", "text/plain", b"two rooms"))
    expect(page.get_by_role("progressbar", name="Upload of plan.txt")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Upload of lease.txt")).to_be_visible()
    page.get_by_role("button", name="Cancel upload of lease.txt").click()
    expect(page.get_by_text("lease.txt")).to_be_hidden()
    holding = False
    for route in held:
        route.continue_()
    expect(page.get_by_role("link", name="Download plan.txt")).to_be_visible()


def test_a_broken_upload_is_tried_again(visit: Visits, alice: Person) -> None:
    visit.expect_refusals()
    page = opened(visit, alice)
    broken: list[str] = []

    def break_first(route: Route) -> None:
        if route.request.method == "POST" and not broken:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(lambda url: url.startswith(visit.site.aws), break_first)
    choose(page, ("lease.txt", "text/plain", b"twelve pages"))
    expect(page.get_by_text("The connection broke during the upload.")).to_be_visible()
    page.get_by_role("button", name="Try again: lease.txt").click()
    expect(page.get_by_role("link", name="Download lease.txt")).to_be_visible()


def test_a_deleted_attachment_comes_back_with_undo(visit: Visits, alice: Person) -> None:
    todo = alice.add("Sign the lease")
    alice.attach(todo["todoID"], "lease.txt", b"twelve pages")
    page = visit(alice, f"/todos/{todo['todoID']}")
    page.get_by_role("button", name="Delete lease.txt").click()
    expect(page.get_by_role("link", name="Download lease.txt")).to_be_hidden()
    with answered(page, "POST"):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Download lease.txt")).to_be_visible()
    assert [file["fileName"] for file in alice.call("GET", f"{todo['todoID']}/files").json()["files"]] == ["lease.txt"]
