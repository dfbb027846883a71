"""What is written to the log."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines written from here on, as the container writes them."""
    [handler] = [handler for handler in logging.getLogger().handlers if handler.get_name() == "stderr"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    finally:
        handler.setStream(before)
