"""Log lines in the terminal of `make run`: for people, where production writes JSON."""

import copy
import logging
from typing import Any


class ReadableFormatter(logging.Formatter):
    """`10:27:20 200 GET /api/{owner}/todos 12.3 ms 1-6b04…`: time, what happened, the request's id."""

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        fields: Any = record.msg if isinstance(record.msg, dict) else {"message": record.getMessage()}
        shown.msg, shown.args = f"{record.levelname} {fields['message']}", ()
        if "route" in fields:  # the line of a request
            shown.msg = "{status} {route} {ms} ms".format_map(fields)
        return super().format(shown).removesuffix(" -")  # no request, no id
