"""What the services should hold, in plain Python: the expectation that test_model.py compares the API with. Time in hours."""

from dataclasses import dataclass, field
from typing import Any

TODO_LIFE = 30 * 24
FILE_LIFE = 30 * 24
PENDING_LIFE = 24


@dataclass
class File:
    """An attachment."""

    name: str
    size: int
    content: bytes
    since: int  # when it was reserved or trashed
    state: str = "pending"  # pending, listed, trashed
    created: str = ""
    sent: bool = False
    form: dict[str, Any] = field(default_factory=dict)

    def due(self, hour: int) -> bool:
        """Whether the services refuse to touch it because the purge may."""
        life = {"pending": PENDING_LIFE, "trashed": FILE_LIFE}.get(self.state)
        return life is not None and hour - self.since >= life

    def purged(self, hour: int) -> bool:
        """Whether a purge deletes it: an hour later at least, which is beyond the purge's grace."""
        return self.due(hour - 1)


@dataclass
class Todo:
    """A to-do as the API shows it, without what it makes up itself."""

    shown: dict[str, Any]
    trashed: int | None = None
    gone: bool = False  # deleted for good, not yet purged
    files: dict[str, File] = field(default_factory=dict)

    def due(self, hour: int) -> bool:
        """Whether restoring is refused."""
        return self.trashed is not None and hour - self.trashed >= TODO_LIFE

    def expected(self) -> dict[str, Any]:
        """What the API must show, but for `dateModified`."""
        listed = sum(file.state == "listed" for file in self.files.values())
        return {**self.shown, "attachments": listed}

    def place(self) -> tuple[Any, ...]:
        """Its place in the list: open first, earliest due first and none last, newest first; then completed last."""
        completed = self.shown["completed"]
        day = "" if completed else self.shown["dateDue"] or "9999-99-99"
        newest_first = tuple(-ord(char) for char in self.shown["dateCompleted" if completed else "dateCreated"])
        return (completed, day, newest_first, self.shown["todoID"])


@dataclass
class Person:
    """What one person has."""

    todos: dict[str, Todo] = field(default_factory=dict)
    keys: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)  # Idempotency-Key: body and id
    leaves: int | None = None  # the hour from which a purge deletes everything

    def live(self) -> dict[str, Todo]:
        """Outside the trash."""
        return {key: todo for key, todo in self.todos.items() if todo.trashed is None}

    def in_trash(self) -> dict[str, Todo]:
        """In the trash and not yet purged."""
        return {key: todo for key, todo in self.todos.items() if todo.trashed is not None and not todo.gone}

    def purge(self, hour: int) -> None:
        """What the purge does."""
        if self.leaves is not None and hour >= self.leaves:
            self.todos, self.leaves = {}, None
        for key, todo in list(self.todos.items()):
            if todo.due(hour - 1):
                del self.todos[key]
        for todo in self.todos.values():
            todo.files = {key: file for key, file in todo.files.items() if not file.purged(hour)}
