"""Holds the words that people read against terms.txt: `python -m tests.docs.terms`, part of `make lint`.

It reads Markdown, comments, docstrings and messages of Python, comments and texts of the page, and the descriptions in the
templates. Code in Markdown is left alone.
"""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("terms.txt")
CODE = re.compile(
    r"<!-- table: .*?<!-- end of the table -->|^```.*?^```$|`[^`\n]+`|\]\([^)\s]+\)|<!--.*?-->", re.MULTILINE | re.DOTALL
)
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*|\"[^\"\n]* [^\"\n]*\"", re.DOTALL)
DESCRIPTION = re.compile(r"^ *(?:Description|AlarmDescription): (.*(?:\n {8,}(?!\w+:).*)*)", re.MULTILINE)


def terms() -> Iterator[tuple[re.Pattern[str], str]]:
    """Each pattern with what to write instead."""
    for line in LIST.read_text().splitlines():
        if "->" in line and not line.startswith("#"):
            pattern, _, instead = line.partition("->")
            yield re.compile(pattern.strip(), re.IGNORECASE | re.MULTILINE), instead.strip()


def blank(match: re.Match[str]) -> str:
    """As many lines as were there, without a word."""
    return "\n" * match[0].count("\n")


def read(path: Path) -> Iterator[tuple[int, str]]:
    """What a person reads in a file: its parts, each with its first line's number."""
    text = path.read_text()
    if path.suffix == ".md":
        yield 1, CODE.sub(blank, text)
    elif path.suffix == ".py":
        yield from words_of_python(text)
    else:
        found = DESCRIPTION if path.suffix == ".yaml" else COMMENT
        for match in found.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[0]


def words_of_python(text: str) -> Iterator[tuple[int, str]]:
    """Comments, docstrings and messages: strings that have a blank in them."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type in STRINGS and " " in token.string):
            yield token.start[0], re.sub(r"`[^`\n]+`|\{[^{}\n]*\}", "", token.string)


STRINGS = {tokenize.STRING, *(getattr(tokenize, name) for name in ("FSTRING_MIDDLE",) if hasattr(tokenize, name))}


def problems(path: Path) -> Iterator[str]:
    """A line for each word to replace: place, word, and what to write."""
    for first, part in read(path):
        for pattern, instead in terms():
            for match in pattern.finditer(part):
                line = first + part.count("\n", 0, match.start())
                yield f"{path.relative_to(ROOT)}:{line}: “{match[0].strip()}”: write {instead}"


def files(arguments: list[str]) -> list[Path]:
    """The files named, or all of the kinds that are read."""
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    named = arguments or known
    return [ROOT / name for name in named if name.endswith((".md", ".py", ".ts", ".tsx", ".yaml")) and (ROOT / name).is_file()]


if __name__ == "__main__":
    found = [line for path in files(sys.argv[1:]) for line in problems(path)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))
