"""`python -m bench.page`: how long a visitor waits for the page, in Chromium with a quarter of this computer's processor.

A returning visitor's first row over Lighthouse's slow 4G; the slowest response to a click among 2,000 to-dos; how soon another tab
shows a change.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bench.processes import ROOT, free_port
from tests.web.chromium import find, left_out
from tests.web.people import Person, Site
from tests.web.visits import ARGUMENTS

TODOS, ROUNDS, SLOWER = 2_000, 5, 4
# https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md: latency of DevTools' own throttling, bytes a second
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 675e3 / 8}
FIRST_ROW = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".row")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstRow = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
SLOWEST_EVENT = """
window.slowest ??= 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.slowest = Math.max(window.slowest, entry.duration);
}).observe({ type: "event", durationThreshold: 16 });
"""


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """What `make run` starts, with data of its own."""
    port = free_port()
    variables = {"PORT": str(port), "LOCALAWS_PORT": str(free_port()), "LOCALAWS_STATE_DIR": str(folder / "localaws")}
    command = [sys.executable, "manage.py", "runserver", "--noreload"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            config = None
            while config is None:
                if server.poll() is not None:
                    sys.exit("The service did not start. `make run` says why.")
                with suppress(httpx.ConnectError):
                    config = httpx.get(f"{url}/config.json").json()
                time.sleep(0.1)
            yield Site(url, config)
        finally:
            server.terminate()


def context_of(browser: Browser, person: Person) -> BrowserContext:
    """A browser in which the person is logged in."""
    state: Any = {"cookies": [], "origins": [{"origin": person.site.url, "localStorage": person.storage()}]}
    return browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900}, locale="en-GB")


def slowed(page: Page, *, network: bool) -> Any:
    """The page's session of the DevTools protocol, once it is slowed down."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    if network:
        session.send("Network.emulateNetworkConditions", SLOW_4G)
    return session


def first_row(browser: Browser, person: Person) -> float:
    """Seconds to a returning visitor's first row."""
    with context_of(browser, person) as context:
        page = context.new_page()
        page.goto(person.site.url)
        expect(page.locator(".row").first).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.wait_for_timeout(1_000)
        page.close()
        page = context.new_page()
        page.add_init_script(FIRST_ROW)
        slowed(page, network=True)
        page.goto(person.site.url, wait_until="commit")
        while (seen := page.evaluate("window.firstRow")) is None:
            page.wait_for_timeout(20)
        return float(seen) / 1000


def slowest_click(browser: Browser, person: Person) -> float:
    """Milliseconds of the slowest event while to-dos are opened, with all of them in the list."""
    with context_of(browser, person) as context:
        page = context.new_page()
        page.goto(person.site.url)
        rows = page.locator(".row")
        while rows.count() < TODOS:
            page.mouse.wheel(0, 100_000)
            page.wait_for_timeout(50)
        for number in (1_990, 1_000, 5):
            rows.nth(number).scroll_into_view_if_needed()
            place = rows.nth(number).locator(".row-title").bounding_box() or {"x": 0, "y": 0}
            page.evaluate(SLOWEST_EVENT)
            session = slowed(page, network=False)
            # Where, not what: Playwright's way to find something among thousands would count as the page's.
            page.mouse.click(place["x"] + 5, place["y"] + 5)
            page.wait_for_timeout(2_000)
            session.detach()
            expect(page.get_by_label("Notes")).to_be_visible()
        return float(page.evaluate("window.slowest"))


def other_tab(browser: Browser, person: Person) -> float:
    """Seconds until another tab shows a to-do."""
    with context_of(browser, person) as context:
        pages = [context.new_page() for _ in range(2)]
        for page in pages:
            page.goto(person.site.url)
            expect(page.locator(".row").first).to_be_visible()
        pages[0].get_by_role("textbox", name="Add a to-do").fill("Seen in the other tab")
        pages[0].keyboard.press("Enter")
        begun = time.perf_counter()
        expect(pages[1].get_by_text("Seen in the other tab").first).to_be_visible()
        return time.perf_counter() - begun


def main() -> None:
    """Measures, and prints a line each."""
    if sentence := left_out():
        sys.exit(sentence)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as where, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        few, many = (Person.registered(f"{name}@example.com", where) for name in ("few", "many"))
        few.add_many(f"To-do {number}" for number in range(60))
        many.add_many(f"To-do {number}" for number in range(TODOS))
        found = [first_row(browser, few) for _ in range(ROUNDS)]
        print(f"first row, returning visitor, slow 4G: {statistics.median(found):.2f} s")
        clicks = [slowest_click(browser, many) for _ in range(ROUNDS)]
        print(f"slowest event among {TODOS:,} to-dos: {statistics.median(clicks):.0f} ms")
        print(f"another tab shows a change after {other_tab(browser, few):.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
