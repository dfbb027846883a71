"""Which browser the tests take: an installed one, else one that is installed now; where none can be had, a loud last line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web import chromium


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer without any browser; returns the folder where programs would be."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    return programs


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The page is built."""
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(chromium, "DIST", tmp_path)


def program(path: Path, text: str = "") -> Path:
    """An executable script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def commands(monkeypatch: pytest.MonkeyPatch, *, then: Path | None = None) -> list[list[str]]:
    """What `install` would run; the first command that installs something leaves the program `then`."""
    ran: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> None:
        ran.append(command)
        if then and "install" in command:
            program(then)

    monkeypatch.setattr(subprocess, "run", run)
    return ran


def test_it_works(bare: Path) -> None:
    assert chromium.find() is None
    desktop = program(bare / "google-chrome")
    assert chromium.find() == str(desktop)
    shell = program(bare / "chromium-headless-shell")
    assert chromium.find() == str(shell)  # the lighter one


def test_playwrights_own_is_found(bare: Path, tmp_path: Path) -> None:
    home = tmp_path / ".cache" / "ms-playwright"
    for version in ("1254", "1255"):
        newest = program(home / f"chromium_headless_shell-{version}" / "chrome-headless-shell-linux64" / "chrome-headless-shell")
    assert chromium.find() == str(newest)


def test_debians_package_is_installed_where_we_may(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    ran = commands(monkeypatch, then=bare / "chromium-headless-shell")
    chromium.install()
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]


def test_playwrights_own_is_installed_elsewhere(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    ran = commands(monkeypatch)
    chromium.install()
    assert [command[1:4] for command in ran] == [["-m", "playwright", "install"]]


@pytest.mark.usefixtures("bare", "built")
def test_without_a_browser_the_last_line_is_loud(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["chromium.py", "--closing"])
    assert chromium.main() == 0
    assert "*** BROWSER TESTS LEFT OUT: there is no Chromium" in capsys.readouterr().err


@pytest.mark.usefixtures("bare", "built")
def test_without_a_browser_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["chromium.py", "--closing"])
    monkeypatch.setenv("CI", "true")
    assert chromium.main() == 1


def test_without_the_page_the_last_line_says_what_to_install(bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(bare / "chromium")
    monkeypatch.setattr(chromium, "DIST", tmp_path / "dist")
    assert "Install Node 20.19 or newer" in (chromium.left_out() or "")


@pytest.mark.usefixtures("built")
def test_with_both_nothing_is_left_out(bare: Path) -> None:
    program(bare / "chromium")
    assert chromium.left_out() is None
