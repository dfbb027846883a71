"""What every process does before its first request."""

import re
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started

# `charset`, and any parameter in the extended form of RFC 2231 (`name*=utf-8''value`).
_IGNORED = re.compile(r';\s*(?:charset|[^;=,"]*\*[^;=,"]*)\s*=\s*(?:"[^"]*"|[^;,]*)', re.IGNORECASE)


class ApiConfig(AppConfig):
    name = "todo_project.api"

    def ready(self) -> None:
        request_started.connect(ignore_charsets, dispatch_uid="ignore_charsets")


def ignore_charsets(environ: dict[str, Any], **_: Any) -> None:
    """Takes the charset from Content-Type and Accept, and writes the media type of Content-Type in lower case.

    URLs, forms and JSON are UTF-8 here, whatever a header says. Django would decode them with any codec of Python, and crash on
    those that are not for text (`zlib`, `idna`) before the first middleware runs: without a request id and a line in the log.
    """
    for name in ("CONTENT_TYPE", "HTTP_ACCEPT"):
        if environ.get(name):
            environ[name] = _IGNORED.sub("", environ[name])
    media_type, semicolon, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    environ["CONTENT_TYPE"] = f"{media_type.strip().lower()}{semicolon}{parameters}"
