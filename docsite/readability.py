# ruff: noqa: INP001, T201  a file beside what it is for; it prints what it finds
"""Holds the pages against their limits: `python docsite/readability.py`, part of `make docs`.

- Each page reads at US grade 10 or easier: Flesch-Kincaid by textstat, of its sentences without code, tables and headings.
- All pages but the tutorial have at most WORDS_MAX words together, without the figures that `make bench` and `make prove` write
  and the index of decisions, whose titles count in their files.
  A word has a letter or a digit: the bars and dashes of tables, which `wc -w` counts as well, are none.

textstat is pinned to 0.7.4: newer ones download a word list when they run.
"""

import re
import sys
from pathlib import Path

import textstat

ROOT = Path(__file__).resolve().parents[1]
GRADE_MAX = 10
WORDS_MAX = 25_000
PLACES = ("*.md", "docs/**/*.md", "deploy/*.md")

NOT_PROSE = re.compile(r"^( *)```.*?^\1```$|<!--.*?-->|^\|.*?$|^#.*?$|<[^>]+>|^!\[[^\]]*\]\([^)]*\)", re.MULTILINE | re.DOTALL)
MEASURED = re.compile(r"<!-- (?!end\b)[^>]*-->(?:(?!<!--).)*<!-- end\b[^>]*-->", re.DOTALL)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
ITEM = re.compile(r"^ *(?:[-*]|\d+\.) +", re.MULTILINE)


def prose(text: str) -> str:
    """The sentences of a page. A name in code font counts as one short word, a list item as a sentence."""
    text = LINK.sub(r"\1", NOT_PROSE.sub("", text))
    text = re.sub(r"`[^`]+`", "it", text)
    text = re.sub(r"https?://\S+", "it", text)
    text = re.sub(r"[*_]", "", text)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", ITEM.sub("\n\n", text))]
    return "\n".join(part if part.endswith((".", "?", "!")) else part.rstrip(":;,") + "." for part in paragraphs if part)


def pages() -> list[Path]:
    """Every page."""
    return sorted({path for place in PLACES for path in ROOT.glob(place)})


def words(text: str) -> int:
    """The words of a page, its code and tables included, but for figures that a program writes."""
    return sum(any(map(str.isalnum, word)) for word in MEASURED.sub("", text).split())


def main() -> int:
    """Prints each page that is too hard, and the words if they are too many. Exit status 1 for either."""
    failed = False
    for path in pages():
        grade = textstat.flesch_kincaid_grade(prose(path.read_text()))
        if grade > GRADE_MAX or "--all" in sys.argv:
            failed |= grade > GRADE_MAX
            print(f"{path.relative_to(ROOT)}: grade {grade:.1f}")
    total = sum(words(path.read_text()) for path in pages() if "tutorial" not in path.parts)
    if total > WORDS_MAX or "--all" in sys.argv:
        failed |= total > WORDS_MAX
        print(f"{total:,} words outside the tutorial, at most {WORDS_MAX:,}.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
