"""The pictures of the page in README.md and docs/reference/web.md, from a running `make run` after `make demo`.

python -m tests.web.pictures http://127.0.0.1:8000 EMAIL PASSWORD    # as `make demo` prints them
"""

import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.web.chromium import find
from tests.web.visits import ARGUMENTS

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


def main(address: str, email: str, password: str) -> None:
    """Logs in and writes one picture a theme and size."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        for theme in ("light", "dark"):
            context = browser.new_context(
                color_scheme=theme,
                locale="en-GB",
                viewport={"width": 1280, "height": 800},
                device_scale_factor=1.5,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(address)
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password", exact=True).fill(password)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("link", name="Renew the passport").click()
            expect(page.locator(".file")).to_have_count(3)
            expect(page.locator(".thumb img").first).to_have_js_property("complete", True)
            page.screenshot(path=IMAGES / f"web-{theme}.png")
            page.get_by_role("button", name="Close").click()
            page.set_viewport_size({"width": 375, "height": 780})
            page.screenshot(path=IMAGES / f"web-narrow-{theme}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
