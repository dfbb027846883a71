"""The main journeys in a second engine: log in, add, edit, attach, complete, delete in Firefox, over WebDriver BiDi."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.web.chromium import left_out
from tests.web.conftest import ARTIFACTS, ROOT
from tests.web.people import PASSWORD, Person
from tests.web.samples import day


@pytest.fixture
def firefox() -> str:
    """Where Firefox is. Debian's package is firefox-esr."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if sentence := left_out() if found else "FIREFOX TESTS LEFT OUT: there is no Firefox. Install firefox-esr or firefox.":
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return str(found)


def test_it_works(firefox: str, alice: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Questions")
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    command = ["node", ROOT / "web" / "tests" / "firefox.js", firefox, alice.site.url, alice.email, PASSWORD, file]
    ended = subprocess.run([*command, ARTIFACTS / "failed-firefox.png"], capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    [todo] = alice.call("GET", "me/todos").json()["todos"]
    assert [todo[name] for name in ("title", "notes", "dateDue", "completed", "attachments")] == [
        "Book the dentist",
        "Ask for an early hour",
        day(0),
        True,
        1,
    ]
    [attached] = alice.call("GET", f"{todo['todoID']}/files").json()["files"]
    assert (attached["fileName"], httpx.get(attached["filePath"]).text) == ("list.txt", "Questions")
    assert alice.titles(trashed="true") == ["Water the plants"]
