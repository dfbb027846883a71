"""What the rules of to-dos and of attachments share: two people, a clock, a model of each, and comparisons."""

from datetime import timedelta
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.prove.model import File, Person, Todo

TEXTS = st.sampled_from(["", "one line", "two\nlines\tand a tab", "日本語 🎉", " padded "])
WHO = st.sampled_from(["alice", "bob"])
KEYS = st.sampled_from([None, "key-1", "key-2"])
PICK = st.integers(0, 10_000)
RETRIES = st.integers(1, 3)


class Services(RuleBasedStateMachine):
    """Both services, and what they should hold. A test gives the class its fixtures."""

    people: dict[str, Any]
    clock: Any
    empty: Any
    count: list[int]
    """Steps so far, in all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.models = {name: Person() for name in self.people}
        self.hour = 0
        self.clock.offset = timedelta()
        self.empty()  # an example before this one may have failed half-way
        self.api = {name: person.api for name, person in self.people.items()}

    @staticmethod
    def choose(among: dict[str, Todo], pick: int) -> tuple[str, Todo] | None:
        return sorted(among.items())[pick % len(among)] if among else None

    def choose_file(self, who: str, pick: int, wanted: Any) -> tuple[str, Todo, str, File] | None:
        among = [
            (todo_id, todo, file_id, file)
            for todo_id, todo in sorted(self.models[who].todos.items())
            for file_id, file in sorted(todo.files.items())
            if wanted(file)
        ]
        return among[pick % len(among)] if among else None

    @staticmethod
    def match(todo: Todo, if_match: str | None) -> dict[str, str]:
        version = todo.shown["version"] - (if_match == "stale")
        return {"If-Match": f'"{version}"'} if if_match else {}

    @staticmethod
    def refused(answer: Any, todo: Todo, if_match: str | None) -> bool:
        if todo.trashed is not None:
            assert answer.status_code == 404, answer.content
            return True
        if if_match == "stale":
            assert answer.status_code == 412, answer.content
            return True
        assert answer.status_code in (200, 204), answer.content
        return False

    def changed(self, shown: dict[str, Any], todo: Todo, change: dict[str, Any]) -> None:
        if any(todo.shown[name] != value for name, value in change.items()):
            moment = shown["dateModified"]
            if change.get("completed", todo.shown["completed"]) != todo.shown["completed"]:
                todo.shown["dateCompleted"] = moment if change["completed"] else None
            todo.shown |= {**change, "version": todo.shown["version"] + 1, "dateModified": moment}
        self.same(shown, todo)

    @staticmethod
    def same(shown: dict[str, Any], todo: Todo) -> None:
        volatile = {"dateModified": None} if todo.trashed is not None else {}
        assert {**shown, **volatile} == {**todo.expected(), **volatile}

    def same_list(self, shown: list[dict[str, Any]], expected: list[Todo]) -> None:
        assert [todo["todoID"] for todo in shown] == [todo.shown["todoID"] for todo in expected]
        for one, todo in zip(shown, expected, strict=True):
            self.same(one, todo)

    def same_files(self, who: str, todo_id: str, todo: Todo, *, contents: bool = False) -> None:
        answers = [self.api[who].get(f"/api/{todo_id}/files"), self.api[who].get(f"/api/{todo_id}/files?trashed=true")]
        if todo.trashed is not None:
            assert [answer.status_code for answer in answers] == [404, 404]
            return
        listed, trashed = (answer.json()["files"] for answer in answers)
        expected = sorted((file.created, key) for key, file in todo.files.items() if file.state == "listed")
        assert [(file["dateCreated"], file["fileID"]) for file in listed] == expected
        assert {file["fileID"] for file in trashed} == {key for key, file in todo.files.items() if file.state == "trashed"}
        for file in listed if contents else []:
            answer = httpx.get(file["filePath"])
            assert (answer.status_code, answer.content) == (200, todo.files[file["fileID"]].content)

    def every_page(self, who: str, query: str) -> list[dict[str, Any]]:
        url, found = f"/api/me/todos?{query}", []
        while url:
            page = self.api[who].get(url)
            assert page.status_code == 200, page.content
            found += page.json()["todos"]
            url = page.json()["next"]
        return found
