"""Nothing that the page shows is lost when the browser is killed, however often, with no network at all."""

import json
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.chromium import find
from tests.web.people import Person
from tests.web.visits import ARGUMENTS, PATIENCE_MS, all_sent

KILLS = int(os.environ.get("KILLS", "6"))
CHANGES = 5  # between two kills


@dataclass
class Model:
    """What the visitor was shown."""

    open: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    trash: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> list[str]:
        """Titles of the list."""
        return sorted((self.open | self.done) - self.trash)


def processes() -> list[tuple[int, str]]:
    """Group and whole command of every process that lives."""
    listed = subprocess.run(["ps", "-axww", "-o", "pgid=,stat=,command="], capture_output=True, text=True, check=True).stdout
    found = [[*line.split(maxsplit=2), ""] for line in listed.splitlines()]  # some have no command
    return [(int(group), command) for group, state, command, *_ in found if not state.startswith("Z")]


class Visitor:
    """Somebody who works offline in a browser that is killed again and again."""

    def __init__(self, browser: Browser, home: Path, person: Person) -> None:
        self.browser, self.home, self.person = browser, home, person
        self.model = Model()
        self.context, self.page = self.start()

    def start(self) -> tuple[BrowserContext, Page]:
        context = self.browser.browser_type.launch_persistent_context(
            self.home, executable_path=find(), args=ARGUMENTS, reduced_motion="reduce", locale="en-GB"
        )
        context.set_default_timeout(PATIENCE_MS)
        # Chromium writes localStorage some seconds later, so that a kill may end the session: that is not what is tested here.
        context.add_init_script(
            f"{json.dumps(self.person.storage())}.forEach(({{name, value}}) => localStorage.setItem(name, value))"
        )
        return context, context.pages[0]

    def begin(self) -> None:
        self.page.goto(self.person.site.url)
        expect(self.page.get_by_text("Nothing to do yet")).to_be_visible()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        self.context.set_offline(True)

    def kill(self) -> None:
        """All processes of the browser, which are one group. Until they are gone they hold the locks of what they kept."""
        [group] = {group for group, command in processes() if f"--user-data-dir={self.home}" in command}
        os.killpg(group, signal.SIGKILL)
        while any(other == group for other, _ in processes()):
            time.sleep(0.05)
        self.context, self.page = self.start()
        self.context.set_offline(True)
        self.page.goto(self.person.site.url)

    def change(self, chance: random.Random, number: int) -> None:
        acts = [
            self.add,
            *([self.edit, self.turn, self.delete] if self.model.shown else []),
            *([self.restore] if self.model.trash else []),
        ]
        chance.choice(acts)(chance, number)

    def add(self, _: random.Random, number: int) -> None:
        self.page.get_by_role("textbox", name="Add a to-do").fill(f"To-do {number:03}")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text(f"Added To-do {number:03}")).to_be_attached()
        self.model.open.add(f"To-do {number:03}")

    def edit(self, chance: random.Random, number: int) -> None:
        title = chance.choice(self.model.shown)
        self.page.get_by_role("link", name=title).click()
        self.page.get_by_label("Notes").fill(f"Words {number}")
        expect(self.page.get_by_text("Kept on this device", exact=True)).to_be_visible()
        self.page.keyboard.press("Escape")
        self.model.notes[title] = f"Words {number}"

    def turn(self, chance: random.Random, _: int) -> None:
        title = chance.choice(self.model.shown)
        self.page.evaluate("document.querySelectorAll('.toast [data-delete]').forEach(one => one.click())")  # each has its own
        self.page.get_by_role("checkbox", name=f"Completed: {title}").click()
        was, becomes = (self.model.open, self.model.done) if title in self.model.open else (self.model.done, self.model.open)
        said = f"{'Completed' if title in self.model.open else 'Reopened'} “{title}”"
        expect(self.page.get_by_text(said).last).to_be_visible()
        was.remove(title)
        becomes.add(title)

    def delete(self, chance: random.Random, _: int) -> None:
        title = chance.choice(self.model.shown)
        self.page.get_by_role("button", name=f"Delete {title}").click()
        expect(self.page.get_by_role("link", name=title)).to_be_hidden()
        self.model.trash.add(title)

    def restore(self, chance: random.Random, _: int) -> None:
        title = chance.choice(sorted(self.model.trash))
        self.page.get_by_role("link", name="Trash").click()
        self.page.get_by_role("button", name=f"Restore {title}").click()
        expect(self.page.get_by_role("button", name=f"Restore {title}")).to_be_hidden()
        self.page.get_by_role("link", name="To-dos").click()
        self.model.trash.remove(title)

    def check(self) -> None:
        expect(self.page.locator(".row")).to_have_count(len(self.model.shown))
        ticked = self.page.locator(".row", has=self.page.locator("input:checked")).locator(".row-title").all_text_contents()
        assert set(ticked) == self.model.done - self.model.trash


@pytest.mark.timeout(60 + 20 * KILLS)
def test_it_works(browser: Browser, tmp_path: Path, alice: Person) -> None:
    visitor, chance, number = Visitor(browser, tmp_path, alice), random.Random(2026), 0  # noqa: S311  the same each time
    visitor.begin()
    for _ in range(KILLS):
        for number in range(number + 1, number + 1 + CHANGES):  # noqa: B020  the numbers go on
            visitor.change(chance, number)
        visitor.kill()
        visitor.check()
    visitor.context.set_offline(False)
    all_sent(visitor.page, seconds=15 + KILLS)
    model, todos = visitor.model, alice.call("GET", "me/todos", params={"limit": "100"}).json()["todos"]
    assert {todo["title"] for todo in todos if todo["completed"]} == model.done - model.trash
    assert {todo["title"] for todo in todos if not todo["completed"]} == model.open - model.trash
    assert set(alice.titles(trashed="true", limit="100")) == model.trash
    assert {todo["title"]: todo["notes"] for todo in todos if todo["notes"]} == {
        title: notes for title, notes in model.notes.items() if title not in model.trash
    }
    visitor.context.close()
