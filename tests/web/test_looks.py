"""How the list looks: how much fits, what stands where, and what is out of the way."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.samples import day, furnish
from tests.web.visits import Visits

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
# How many rows are to be seen whole, above what is fixed at the foot.
SEEN = """() => {
    const fixed = [...document.querySelectorAll(".side nav, .quick")].filter(one => getComputedStyle(one).position === "fixed");
    const end = Math.min(innerHeight, ...fixed.map(one => one.getBoundingClientRect().top));
    return [...document.querySelectorAll(".row")].filter(row => row.getBoundingClientRect().bottom <= end).length;
}"""


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found
    return dict(found)


@pytest.mark.parametrize(("screen", "least"), [(DESK, 12), (PHONE, 9)], ids=["desk", "phone"])
def test_it_works(visit: Visits, alice: Person, screen: dict[str, object], least: int) -> None:
    furnish(alice)
    for number in range(9):
        alice.add(f"Buy the things of list {number}", dateDue=day(number) if number < 5 else None)
    page = visit(alice, **screen)
    expect(page.locator(".row")).to_have_count(15)
    assert page.evaluate(SEEN) >= least


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_date_is_at_the_end_of_its_row(visit: Visits, alice: Person, screen: dict[str, object]) -> None:
    furnish(alice)
    page = visit(alice, **screen)
    expect(page.locator(".due:has(time)")).to_have_count(5)
    ends = page.locator(".due:has(time)").evaluate_all(
        "all => all.map(one => one.closest('.row').getBoundingClientRect().right - one.getBoundingClientRect().right)"
    )
    assert {round(end) for end in ends} == {12}
    tops = page.locator(".due:has(time)").evaluate_all(
        "all => all.map(one => one.closest('.row').getBoundingClientRect().height)"
    )
    assert max(tops) <= 44  # beside the title, not under it


def test_icons_stand_in_columns(visit: Visits, alice: Person) -> None:
    furnish(alice)
    alice.add("Call home", notes="In the evening", dateDue=day(3))
    alice.add("Call Marta", notes="In the morning")
    page = visit(alice, **DESK)
    expect(page.locator(".meta:not(.clips)")).to_have_count(4)
    middles = "all => all.map(one => { const box = one.getBoundingClientRect(); return Math.round(box.left + box.width / 2); })"
    assert len(set(page.locator(".meta:not(.clips) .icon").evaluate_all(middles))) == 1
    assert len(set(page.locator(".row .round, .quick-line > .icon").evaluate_all(middles))) == 1


def test_on_a_phone_search_is_an_icon_until_it_is_used(visit: Visits, alice: Person) -> None:
    alice.add("Buy milk")
    alice.add("Call home")
    page = visit(alice, **PHONE)
    expect(page.locator(".row")).to_have_count(2)
    assert box(page, ".search")["width"] <= 44
    page.get_by_role("searchbox", name="Search").tap()
    assert box(page, ".search")["width"] > 300
    page.keyboard.type("milk")
    expect(page.locator(".row-title")).to_have_text(["Buy milk"])
    page.get_by_role("heading", name="To-dos", exact=True).tap()
    assert box(page, ".search")["width"] > 300  # one sees what is searched for
    page.get_by_role("button", name="Clear search").tap()
    page.get_by_role("searchbox").blur()
    assert box(page, ".search")["width"] <= 44
    expect(page.get_by_role("radio", name="All")).to_be_visible()


def test_on_a_phone_the_thumb_reaches_what_adds(visit: Visits, alice: Person) -> None:
    alice.add_many(f"Number {number:02}" for number in range(30))
    page = visit(alice, **PHONE)
    expect(page.locator(".row")).to_have_count(30)
    for place in (0, 100_000):
        page.evaluate("place => scrollTo(0, place)", place)
        assert box(page, "#quick-add")["y"] > 844 * 2 / 3
    assert box(page, ".quick")["y"] >= page.locator(".row").last.bounding_box()["y"] + 44  # nothing is hidden under it
    page.get_by_role("textbox", name="Add a to-do").tap()
    page.keyboard.type("Buy milk")
    page.get_by_role("button", name="Tomorrow").tap()
    page.get_by_role("button", name="Add", exact=True).tap()
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()


def test_on_a_phone_no_row_has_a_trash_can(visit: Visits, alice: Person) -> None:
    alice.add("Buy milk")
    page = visit(alice, **PHONE)
    expect(page.get_by_role("link", name="Buy milk")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Buy milk")).to_be_hidden()
    page.get_by_role("link", name="Buy milk").tap()
    page.get_by_role("complementary").get_by_role("button", name="Delete").tap()
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()


def test_several_completions_have_one_notice_and_one_undo(visit: Visits, alice: Person) -> None:
    alice.add_many(["Buy milk", "Call home", "Call Marta"])
    page = visit(alice)
    for title in ("Buy milk", "Call home", "Call Marta"):
        page.get_by_role("checkbox", name=f"Completed: {title}").check()
    expect(page.locator(".toast-text")).to_have_text(["Completed 3 to-dos"])
    page.get_by_role("checkbox", name="Completed: Call home").uncheck()
    expect(page.locator(".toast-text")).to_have_text(["Completed 2 to-dos", "Reopened “Call home”"])
    page.locator(".toast").first.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(page.locator(".toast-text")).to_have_text(["Reopened 3 to-dos"])


@pytest.mark.parametrize("path", ["/", "/todos/", "/new", "/trash", "/account", "/login", "/register"])
def test_at_twice_the_size_of_text_nothing_is_cut(visit: Visits, alice: Person, path: str) -> None:
    todo_id = furnish(alice)
    page = visit(None if path in {"/login", "/register"} else alice, f"{path}{todo_id if path == '/todos/' else ''}", **PHONE)
    expect(page.locator(".skeleton")).to_have_count(0)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(CUT) == []


# What is wider than the screen, and text that is wider than its place.
CUT = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && !one.matches(".unseen, .unseen *, .skip"))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1
        || (one.matches("button, label, h1, h2") && one.scrollWidth > one.clientWidth + 1))
    .map(one => one.outerHTML.slice(0, 80))"""


def test_forced_colours_mark_what_is_current(visit: Visits, alice: Person) -> None:
    todo_id = furnish(alice)
    page = visit(alice, f"/todos/{todo_id}", forced_colors="active", **DESK)
    expect(page.locator(".row.current")).to_have_css("outline-style", "solid")
    highlight = page.evaluate(
        "() => { const one = document.body.appendChild(document.createElement('i')); one.style.color = 'Highlight'; "
        "return getComputedStyle(one).color; }"
    )
    expect(page.locator("nav a[aria-current]")).to_have_css("background-color", highlight)
    expect(page.locator(".segments input:checked + span")).to_have_css("background-color", highlight)
    expect(page.locator(".round:checked")).to_have_css("background-color", highlight)


def test_print_prints_the_list_and_nothing_else(visit: Visits, alice: Person) -> None:
    page = visit(alice, f"/todos/{furnish(alice)}", color_scheme="dark", **DESK)
    expect(page.locator(".pane .file")).to_have_count(2)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 720, "height": 1000})  # a sheet of A4
    expect(page.locator(".row")).to_have_count(6)
    shown = page.evaluate(
        "() => [...document.querySelectorAll('a, button, input, textarea, nav, aside')].filter(one => one.checkVisibility())"
        ".map(one => one.className.split(' ')[0])"
    )
    assert set(shown) == {"row-title", "round", "due"}
    expect(page.locator("html")).to_have_css("color", "rgb(31, 36, 33)")  # dark ink, on paper
    expect(page.locator(".run").last).to_have_css("content-visibility", "visible")


def test_all_of_the_list_is_printed(visit: Visits, alice: Person) -> None:
    alice.add_many(f"Number {number:03}" for number in range(120))
    page = visit(alice)
    expect(page.locator(".row")).to_have_count(50)
    page.evaluate("window.print = () => { document.body.dataset.printed = document.querySelectorAll('.row').length; }")
    page.keyboard.press("Control+p")
    expect(page.locator("body")).to_have_attribute("data-printed", "120")
