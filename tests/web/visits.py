"""Pages of the site in a browser, held to what every page promises."""

import re
import time
from contextlib import AbstractContextManager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.web.people import PASSWORD, Person, Site

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No --disable-features: the last one counts, and Playwright has one of its own.
]
# Whether no person has a change or a file in this browser that waits to be sent.
ALL_SENT = """async () => {
    for (const {name} of await indexedDB.databases()) {
        const database = await new Promise(done => { indexedDB.open(name).onsuccess = event => done(event.target.result); });
        const count = store => new Promise(done => {
            database.transaction(store).objectStore(store).count().onsuccess = event => done(event.target.result); });
        const waiting = await count("changes") + await count("files");
        database.close();
        if (waiting > 0) return false;
    }
    return true;
}"""
# How long a test waits for what it expects. On a busy computer a page takes ten times as long as on an idle one.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


class Visits:
    """Opens pages, each in a browser context of its own. Holds them to silence on the console, and to hosts of our own: the
    site's, and the embedded AWS for Cognito and the attachments.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.refusals_expected = False

    def __call__(self, person: Person | None = None, path: str = "/", **options: Any) -> Page:
        """A page of the site, logged in as `person`. Options are those of a browser context."""
        options.setdefault("viewport", {"width": 1280, "height": 800})
        options.setdefault("locale", "en-GB")
        options.setdefault("reduced_motion", "reduce")
        # Where one runs, tests do not see the page's requests. test_offline.py lets it.
        options.setdefault("service_workers", "block")
        if person is not None:
            options["storage_state"] = {"cookies": [], "origins": [{"origin": self.site.url, "localStorage": person.storage()}]}
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self._asked)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.goto(f"{self.site.url}{path}")
        return page

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.url}/", f"{self.site.aws}/", "data:", "blob:")):
            self.complaints.append(f"a foreign host was asked: {request.url}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or message.text == "Service Worker registration blocked by Playwright":
            return
        # Chromium itself writes a line for every refused request, before the page can handle the response.
        if message.text.startswith("Failed to load resource") and self.refusals_expected:
            return
        self.complaints.append(f"{message.type}: {message.text}")

    def expect_refusals(self) -> None:
        """This test makes requests fail; their lines on the console are wanted."""
        self.refusals_expected = True


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fills and sends the log-in form."""
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()


def log_out(page: Page) -> None:
    """In the account view, once Cognito has said whether there is an authenticator app: without a session it would refuse to."""
    expect(page.get_by_role("button", name=re.compile("Set up the app|Turn off"))).to_be_visible()
    page.get_by_role("button", name="Log out", exact=True).click()


def at_home(page: Page) -> None:
    """The visitor is in."""
    expect(page.get_by_role("heading", name="To-dos", exact=True)).to_be_visible()


def reconnect(page: Page, blocked: str) -> None:
    """Ends `page.route(blocked, …)` and presses "Try now", unless the page has tried by itself meanwhile."""
    button = page.get_by_role("button", name="Try now")
    button.click(trial=True)
    page.unroute(blocked)
    button.evaluate_all("buttons => buttons.forEach(button => button.click())")


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Chooses files (name, type, content) to attach to the to-do that is open."""
    payload = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    page.locator("input[type=file]").set_input_files(payload)


def all_sent(page: Page, seconds: float = PATIENCE_MS / 1000) -> None:
    """Waits until the browser keeps no change any more that the server does not have."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(ALL_SENT):
        assert time.monotonic() < deadline, "changes wait in the browser"
        page.wait_for_timeout(50)


def answered(page: Page, method: str) -> AbstractContextManager[Any]:
    """Waits at its end until the API has responded to a request of this method. (The page shows a change before that.)"""
    return page.expect_response(lambda answer: answer.request.method == method and "/api/" in answer.url)
