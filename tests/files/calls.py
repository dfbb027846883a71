"""Calls to AWS: watched, failed, or the last thing that a process does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import EndpointConnectionError


class Stopped(BaseException):
    """The process ends here: no handler of an Exception sees it."""


@dataclass
class Calls:
    """The names of the calls in order (`DeleteItem`), and what happens to one of those that delete."""

    names: list[str] = field(default_factory=list)
    stop_after: int | None = None
    """End the process when so many deletions are done."""
    fail_at: int | str | None = None
    """Let this deletion (1 is the first), or calls of this name, fail as if AWS could not be reached."""
    meanwhile: tuple[str, Callable[[], Any]] | None = None
    """What happens, once, just before the next call of a name."""

    @property
    def deletions(self) -> int:
        return sum(name.startswith("Delete") for name in self.names)

    def before(self, name: str) -> None:
        if self.meanwhile and name == self.meanwhile[0]:
            (_, happens), self.meanwhile = self.meanwhile, None
            happens()
        self.names.append(name)
        if name == self.fail_at or (name.startswith("Delete") and self.deletions == self.fail_at):
            raise EndpointConnectionError(endpoint_url="https://unreachable.example/")

    def after(self, name: str) -> None:
        if name.startswith("Delete") and self.deletions == self.stop_after:
            raise Stopped
