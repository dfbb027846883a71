"""zensical.toml's navigation leads to every page, and to no page that is missing; Zensical itself checks links (`make docs`)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SITE = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]


def pages(entry: Any) -> Iterator[str]:
    """The paths in a part of the navigation."""
    if isinstance(entry, str):
        yield entry
    for part in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from pages(part)


def test_the_navigation_has_every_page_once() -> None:
    """But for single decisions, which their index lists."""
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    expected = {path for path in written if not path.startswith("explanation/decisions/0")}
    assert sorted(pages(SITE["nav"])) == sorted(expected)


def test_no_host_but_the_sites_own_is_asked() -> None:
    assert SITE["theme"]["font"] is False
    assert SITE["extra_javascript"] == ["dist/mermaid.tiny.js"]
    assert "repo_url" not in SITE, "with it, the theme asks GitHub for the number of stars"
