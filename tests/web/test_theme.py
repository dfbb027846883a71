"""Light and dark: the system's choice until the visitor makes one."""

from playwright.sync_api import Page, expect

from tests.web.people import Person
from tests.web.visits import Visits

GROUND = {"light": "rgb(246, 244, 239)", "dark": "rgb(19, 22, 20)"}


def expect_theme(page: Page, theme: str) -> None:
    """The page's ground is that of the theme."""
    expect(page.locator("html")).to_have_css("background-color", GROUND[theme])


def test_it_works(visit: Visits) -> None:
    page = visit(color_scheme="dark")
    expect_theme(page, "dark")
    page.emulate_media(color_scheme="light")
    expect_theme(page, "light")


def test_a_choice_wins_over_the_system_and_is_kept(visit: Visits, alice: Person) -> None:
    page = visit(alice, "/account", color_scheme="light")
    page.get_by_role("radio", name="Dark").check()
    expect_theme(page, "dark")
    page.reload(wait_until="commit")
    page.wait_for_selector("body", state="attached")
    expect_theme(page, "dark")  # from the first paint on, not only once the page has started
    page.get_by_role("radio", name="System").check()
    expect_theme(page, "light")


def test_the_button_goes_through_the_three(visit: Visits) -> None:
    page = visit()
    for theme in ("Light", "Dark", "System"):
        page.get_by_role("button", name="Change theme").click()
        expect(page.get_by_role("button", name=f"Theme: {theme}. Change theme")).to_be_visible()
