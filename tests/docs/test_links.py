"""Every link inside the documents leads somewhere, and the index of decisions is complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "explanation" / "decisions"
NOT_OURS = {"node_modules", "build", "dist", "test-artifacts"}

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href|srcset)=\"([^\"\s]+)\"")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def documents(folder: Path = ROOT) -> Iterator[Path]:
    """Every Markdown file of ours."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS and not path.name.startswith("."):
            yield from documents(path)
        elif path.suffix == ".md":
            yield path


def prose(path: Path) -> str:
    return FENCED.sub("", path.read_text())


def links(path: Path) -> list[str]:
    """The targets of a document that are not on other hosts."""
    found = [markdown or html for markdown, html in LINK.findall(prose(path))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(path: Path) -> set[str]:
    """A document's anchors as GitHub makes them: lower case, no punctuation, spaces to hyphens, repeats numbered.

    Of other files, the lines: L1, L2, …
    """
    if path.suffix != ".md":
        return {f"L{number}" for number, _ in enumerate(path.read_text().splitlines(), 1)}
    found: set[str] = set()
    for heading in HEADING.findall(prose(path)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
        number, unique = 0, anchor
        while unique in found:
            number += 1
            unique = f"{anchor}-{number}"
        found.add(unique)
    return found


@pytest.mark.parametrize("document", list(documents()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_its_links_lead_somewhere(document: Path) -> None:
    broken = []
    for target in links(document):
        name, _, anchor = target.partition("#")
        path = place(document, name)
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def place(document: Path, name: str) -> Path:
    """Where a link leads: from the document, or from the repository if it starts with a slash, as GitHub reads both."""
    return (ROOT / name.lstrip("/") if name.startswith("/") else document.parent / name).resolve() if name else document


def test_the_readme_leads_to_every_document() -> None:
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        reached.add(document)
        found = {place(document, target.partition("#")[0]) for target in links(document)}
        ahead += [path for path in found - reached if path.suffix == ".md" and path.exists()]
    assert {path for path in documents(ROOT / "docs") if path not in reached} == set()


def test_the_index_of_decisions_is_complete() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    titles = {path.name: path.read_text().splitlines()[0] for path in sorted(DECISIONS.glob("[0-9]*.md"))}
    assert {name: f"# {number}. {title}" for number, name, title in listed} == titles
    assert [number for number, _, _ in listed] == sorted({name[:4] for name in titles})


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_tells_context_decision_and_consequences(decision: Path) -> None:
    headings = re.findall(r"^## (.+)$", decision.read_text(), re.MULTILINE)
    assert [heading for heading in headings if heading != "Status"] == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_status_names_another_decision(decision: Path) -> None:
    for status in re.findall(r"^## Status\n\n(.+)$", decision.read_text(), re.MULTILINE):
        assert re.search(r"\[\d{4}\]", status)
