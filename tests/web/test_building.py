"""`make web`: the page is built when a source changed, and only then; without Node it says what is missing."""

import hashlib
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.web.conftest import ROOT

SCRIPT = ROOT / "web" / "build.py"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, over a copy of the project's shape that is installed and built."""
    spec = spec_from_file_location("build", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in module.SOURCES:
        source = tmp_path / name / "one" if name in {"src", "public"} else tmp_path / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("{}")
    built, installed = tmp_path / "dist" / "index.html", tmp_path / "node_modules" / ".installed"
    for path, text in ((installed, hashlib.sha256(b"{}").hexdigest()), (built, "<!doctype html>")):
        path.parent.mkdir()
        path.write_text(text)
    monkeypatch.setattr(module, "WEB", tmp_path)
    monkeypatch.setattr(module, "BUILT", built)
    monkeypatch.setattr(module, "INSTALLED", installed)
    monkeypatch.setattr(module, "missing", lambda: None)
    monkeypatch.setattr(sys, "argv", ["build.py"])
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.utime(path, (1_000, 1_000))
    return module


@pytest.fixture
def ran(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What npm was asked to do."""
    commands: list[str] = []
    monkeypatch.setattr(build, "npm", lambda *arguments: commands.append(" ".join(arguments)))
    return commands


def test_it_works(build: ModuleType, ran: list[str]) -> None:
    build.main()
    assert ran == []
    os.utime(build.WEB / "src" / "one", (2_000, 2_000))
    build.main()
    assert ran == ["run build"]


@pytest.mark.parametrize("change", ["added", "removed"])
def test_a_file_more_or_less_is_a_change(build: ModuleType, ran: list[str], change: str) -> None:
    if change == "added":
        (build.WEB / "src" / "two").touch()
    else:
        (build.WEB / "src" / "one").unlink()
    build.main()
    assert ran == ["run build"]


def test_what_is_not_built_is_built(build: ModuleType, ran: list[str]) -> None:
    build.BUILT.unlink()
    build.main()
    assert ran == ["run build"]


def test_another_lock_file_is_installed_first(build: ModuleType, ran: list[str]) -> None:
    (build.WEB / "package-lock.json").write_text("{ }")
    build.main()
    assert ran == ["ci --no-audit --no-fund", "run build"]
    ran.clear()
    os.utime(build.BUILT)
    build.main()
    assert ran == []


def test_the_checks_are_lint_vitest_and_the_size(build: ModuleType, ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["build.py", "--check"])
    build.main()
    assert ran == ["run lint", "run test", "run size"]


def without_node(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real script where no program of `tmp_path` is Node of today."""
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, SCRIPT], env={**clean, "PATH": str(tmp_path), **environment}, capture_output=True, text=True, check=False
    )


def test_without_node_it_says_so_and_leaves_the_rest_to_the_api(tmp_path: Path) -> None:
    ended = without_node(tmp_path)
    assert ended.returncode == 0
    assert "The web page is not built: Node 20.19 or newer with npm is not installed." in ended.stderr
    assert "https://nodejs.org" in ended.stderr


def test_an_old_node_is_named(tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.20.0\n")
        (tmp_path / name).chmod(0o755)
    ended = without_node(tmp_path)
    assert ended.returncode == 0
    assert "Node 20.19 or newer is needed, and this is v18.20.0." in ended.stderr


def test_without_node_ci_fails(tmp_path: Path) -> None:
    assert without_node(tmp_path, CI="true").returncode == 1


def test_a_failing_build_ends_the_run(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    with pytest.raises(SystemExit, match="npm run build failed"):
        build.npm("run", "build")
