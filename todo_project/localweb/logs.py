"""Log lines for people: what production writes as JSON, in one readable line."""

import logging


class ReadableFormatter(logging.Formatter):
    """`10:27:20 INFO    GET api/<str:user_id>/todos 200 12.3 ms  1-6b04…`; any other record as its message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(line)s  %(requestID)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        fields = record.__dict__
        is_request = record.name == "todo.request"
        record.line = "{method} {route} {status} {ms} ms".format_map(fields) if is_request else record.getMessage()
        return super().format(record)
