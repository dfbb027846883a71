"""`make logs`: follows what `make run` and `make services` log, readable. It needs no settings, and starts nothing.

`-` reads lines of any other log instead, those of an environment on AWS:
`aws logs tail GROUP --follow --format short | python -m local.web.follow -`
"""

import argparse
import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from local.web.lines import is_error, log_file, readable

LOOK_SECONDS: Final = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Until Ctrl-C; 0."""
    parser = argparse.ArgumentParser(prog="make logs", description="Follow the services' log, readable. Ctrl-C ends it.")
    parser.add_argument("source", nargs="?", choices=["-"], help="read standard input instead of the local log")
    parser.add_argument("--state-dir", type=Path, default=Path(".localaws"), help="where the local log is (.localaws)")
    parser.add_argument("--json", action="store_true", help="lines as they were written")
    parser.add_argument("--request", metavar="ID", help="lines of one request alone: X-Request-ID, or API Gateway's id")
    parser.add_argument("--errors", action="store_true", help="warnings, errors, and answers 4xx and 5xx alone")
    parser.add_argument("--last", type=int, default=20, metavar="N", help="begin with the last N lines (20)")
    parser.add_argument("--no-follow", action="store_true", help="end at the last line that is there")
    options = parser.parse_args(arguments)
    path = log_file(options.state_dir)
    if options.source:
        lines: Iterator[str] = iter(sys.stdin)
    elif not path.exists() and options.no_follow:
        sys.stderr.write(f"{path} is not there yet: `make run` and `make services` write it.\n")
        return 1
    else:
        lines = _followed(path, options)
    try:
        for line in lines:
            if (shown := _shown(line, options)) is not None:
                sys.stdout.write(f"{shown}\n")
                sys.stdout.flush()
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:  # `make logs | head`; without this Python complains once more when it closes the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _shown(text: str, options: argparse.Namespace) -> str | None:
    """A line as it is to be shown, or None. What is in front of the JSON (a time, a stream's name) is left out."""
    _, brace, rest = text.rstrip("\n").partition("{")
    try:
        line: dict[str, Any] = json.loads(brace + rest)
    except ValueError:
        line = {"message": text.rstrip("\n")}
    if options.request and options.request not in {line.get("requestID"), line.get("apiRequestID")}:
        return None
    if options.errors and not is_error(line):
        return None
    return brace + rest if options.json else readable(line, colours=sys.stdout.isatty())


def _followed(path: Path, options: argparse.Namespace) -> Iterator[str]:
    """The last lines, of the file before too, then those that come."""
    before = path.with_name(f"{path.name}.1")
    last: deque[str] = deque(maxlen=max(0, options.last))
    if before.exists():
        last.extend(line for line in before.read_text(errors="replace").splitlines() if _shown(line, options) is not None)
    if not path.exists():
        sys.stderr.write("Nothing is logged yet: start `make run` or `make services`. This waits for it.\n")
    file: BinaryIO | None = None
    rest = b""
    try:
        while True:
            # The open file is read to its end before the one that took its place: another is begun when it is full, or removed by
            # `make reset`. As long as it is open here, no other file can get its number.
            is_replaced = file is not None and not _is_at(path, file)
            data = file.read() if file else b""
            if file is None or is_replaced:
                if file:
                    file.close()
                try:
                    file = path.open("rb")
                    data += file.read()
                except FileNotFoundError:
                    file = None
            *whole, rest = (rest + data).split(b"\n")
            lines = [line.decode(errors="replace") for line in whole]
            if last.maxlen is not None:  # the first look
                last.extend(line for line in lines if _shown(line, options) is not None)
                lines, last = list(last), deque()
            yield from lines
            if options.no_follow:
                return
            time.sleep(LOOK_SECONDS)
    finally:
        if file:
            file.close()


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main())
