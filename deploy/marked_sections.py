"""Documents that people write and scripts fill: what stands between two markers of a name is the script's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class NoSuchSectionError(LookupError):
    """The document lacks the markers of a section; the message shows them."""


def filled(text: str, sections: Mapping[str, str]) -> str:
    """The document with each named section's content replaced.

    :raises NoSuchSectionError: a section has no markers in the document.
    """
    for name, content in sections.items():
        begin, end = f"<!-- begin {name}: written by a script -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise NoSuchSectionError(f"The document has no section {name!r}: put `{begin}` and `{end}` where it belongs.")
        replacement = f"{begin}\n\n{content.strip()}\n\n{end}"
        text = pattern.sub(lambda _, new=replacement: new, text)  # type: ignore[misc]
    return text


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table in Markdown whose first ``left`` columns are text and the others numbers."""
    line = "|".join("---" if column < left else "---:" for column in range(len(head)))
    return "\n".join(f"|{row}|" for row in (_row(head), line, *map(_row, rows)))


def _row(cells: Sequence[str]) -> str:
    return " " + " | ".join(cells) + " "
