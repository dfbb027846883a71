"""Two people do anything in any order, with retries and purges: what the API shows is what a model holds, after every step."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from files.purge import purge
from tests.prove.model import File, Person, Todo

EXAMPLES, STEPS = 16, 40
TITLES = st.sampled_from(["Buy milk", "STRASSE fegen", "Straße sperren", "ﬁnd the cat", "call Δ back", "x" * 200])
TEXTS = st.sampled_from(["", "one line", "two\nlines\tand a tab", "日本語 🎉", " padded "])
DAYS = st.sampled_from([None, "2024-02-29", "2026-03-29", "2026-10-25", "2026-12-31", "2027-01-01"])
INPUT = st.fixed_dictionaries(
    {"title": TITLES}, optional={"description": TEXTS, "notes": TEXTS, "dateDue": DAYS, "completed": st.booleans()}
)
CHANGE = st.fixed_dictionaries(
    {}, optional={"title": TITLES, "description": TEXTS, "notes": TEXTS, "dateDue": DAYS, "completed": st.booleans()}
)
WHO = st.sampled_from(["alice", "bob"])
KEYS = st.sampled_from([None, "key-1", "key-2"])
PICK = st.integers(0, 10_000)
RETRIES = st.integers(1, 3)
NAMES = st.sampled_from(["note.txt", "größe 100%.txt", "a b+c&d=e;f.txt"])
CONTENT = st.binary(min_size=0, max_size=40)
IF_MATCH = st.sampled_from([None, "current", "stale"])


def machine(people: dict[str, Any], clock: Any, empty: Any, steps: list[int]) -> type[RuleBasedStateMachine]:  # noqa: C901 one class over its fixtures
    """The state machine over these two people."""

    class Services(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.models = {name: Person() for name in people}
            self.hour = 0
            clock.offset = timedelta()
            empty()  # an example before this one may have failed half-way
            self.api = {name: person.api for name, person in people.items()}

        # --- to-dos ---

        @rule(who=WHO, body=INPUT, key=KEYS, retries=RETRIES)
        def add(self, who: str, body: dict[str, Any], key: str | None, retries: int) -> None:
            """A retry with the same key, soon or much later, makes nothing new."""
            model, headers = self.models[who], {"Idempotency-Key": key} if key else {}
            before = model.keys.get(key) if key else None
            for _ in range(retries if key else 1):
                answer = self.api[who].post("/api/me/todos", body, headers=headers)
                known = model.todos.get(before[1]) if before else None
                if before and known and (before[0] != body or known.trashed is not None):
                    assert answer.status_code == 409, answer.content
                    return
                assert answer.status_code == 201, answer.content
                shown = answer.json()
                if known:
                    self.same(shown, known)
                    continue
                fresh = {"description": "", "notes": "", "dateDue": None, "completed": False, "attachments": 0, "version": 1}
                expected = {**fresh, **body, "userID": people[who].subject}
                assert {name: shown[name] for name in expected} == expected
                assert before is None or shown["todoID"] == before[1]
                model.todos[shown["todoID"]] = Todo(shown)
                if key:
                    before = model.keys[key] = (body, shown["todoID"])

        @rule(who=WHO, pick=PICK, change=CHANGE, if_match=IF_MATCH)
        def change(self, who: str, pick: int, change: dict[str, Any], if_match: str | None) -> None:
            """PATCH, with or without If-Match."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            answer = self.api[who].patch(f"/api/me/todos/{todo_id}", change, headers=self.match(todo, if_match))
            if self.refused(answer, todo, if_match):
                return
            self.changed(answer.json(), todo, change)

        @rule(who=WHO, pick=PICK, notes=TEXTS, which=st.booleans())
        def legacy_change(self, who: str, pick: int, notes: str, which: bool) -> None:
            """The published client's complete and addnotes."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            path, body, change = (
                ("complete", None, {"completed": True}) if which else ("addnotes", {"notes": notes}, {"notes": notes})
            )
            answer = self.api[who].post(f"/api/me/todos/{todo_id}/{path}", body)
            if not self.refused(answer, todo, None):
                assert answer.json() == {"Update": "Success"}
                self.changed(self.api[who].get(f"/api/me/todos/{todo_id}").json(), todo, change)

        @rule(who=WHO, pick=PICK, if_match=IF_MATCH, legacy=st.booleans(), again=st.booleans())
        def trash(self, who: str, pick: int, if_match: str | None, legacy: bool, again: bool) -> None:
            """DELETE, perhaps twice."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            if legacy:
                if_match = None
            path = f"/api/me/todos/{todo_id}" + ("/delete" if legacy else "")
            answer = self.api[who].delete(path, headers=self.match(todo, if_match))
            if self.refused(answer, todo, if_match):
                return
            assert answer.status_code == (200 if legacy else 204)
            todo.trashed = self.hour
            todo.shown["version"] += 1
            if again:
                assert self.api[who].delete(path).status_code == 404

        @rule(who=WHO, pick=PICK, again=st.booleans())
        def restore(self, who: str, pick: int, again: bool) -> None:
            """Out of the trash, perhaps twice."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            for _ in range(2 if again else 1):
                answer = self.api[who].post(f"/api/me/todos/{todo_id}/restore")
                if todo.due(self.hour):
                    assert answer.status_code == 404
                    return
                assert answer.status_code == 200, answer.content
                if todo.trashed is not None:
                    todo.trashed = None
                    todo.shown["version"] += 1
                    todo.shown["dateModified"] = answer.json()["dateModified"]
                self.same(answer.json(), todo)

        # --- attachments ---

        @rule(who=WHO, pick=PICK, name=NAMES, content=CONTENT, key=KEYS, retries=RETRIES)
        def attach(self, who: str, pick: int, name: str, content: bytes, key: str | None, retries: int) -> None:
            """A small file through the service; the same key is never used twice for a to-do, but retried at once."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            headers = {"Idempotency-Key": f"{key}-{len(todo.files)}-{self.hour}-{steps[0]}"} if key else {}
            first = None
            for _ in range(retries if key else 1):
                body = {"file": SimpleUploadedFile(name, content, "text/plain")}
                answer = self.api[who].post(f"/api/{todo_id}/files", body, format="multipart", headers=headers)
                if todo.trashed is not None:
                    assert answer.status_code == 404
                    return
                assert answer.status_code == 201, answer.content
                shown = answer.json()
                assert first in (None, shown["fileID"])
                first = shown["fileID"]
                assert (shown["fileName"], shown["size"], shown["todoID"]) == (name, len(content), todo_id)
                todo.files[first] = File(name, len(content), content, self.hour, "listed", shown["dateCreated"], sent=True)

        @rule(who=WHO, pick=PICK, name=NAMES, content=CONTENT)
        def reserve(self, who: str, pick: int, name: str, content: bytes) -> None:
            """The beginning of a direct upload."""
            found = self.choose(self.models[who].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            body = {"fileName": name, "contentType": "text/plain", "size": len(content)}
            answer = self.api[who].post(f"/api/{todo_id}/files", body)
            if todo.trashed is not None:
                assert answer.status_code == 404
                return
            shown = answer.json()
            file = File(name, len(content), content, self.hour, "pending", shown["dateCreated"], form=shown["upload"])
            todo.files[shown["fileID"]] = file

        @rule(who=WHO, pick=PICK)
        def send(self, who: str, pick: int) -> None:
            """The browser sends a reserved file; the form itself ends in an hour."""
            found = self.choose_file(who, pick, lambda file: file.state == "pending" and file.since == self.hour)
            if found is None:
                return
            file = found[3]
            answer = httpx.post(file.form["url"], data=file.form["fields"], files={"file": ("x", file.content)})
            assert answer.status_code == 204, answer.text
            file.sent = True

        @rule(who=WHO, pick=PICK, again=st.booleans())
        def complete(self, who: str, pick: int, again: bool) -> None:
            """The end of a direct upload, perhaps twice."""
            found = self.choose_file(who, pick, lambda _: True)
            if found is None:
                return
            todo_id, todo, file_id, file = found
            for _ in range(2 if again else 1):
                answer = self.api[who].post(f"/api/{todo_id}/files/{file_id}/complete")
                if todo.trashed is not None and file.state == "pending" and not file.due(self.hour):
                    assert answer.status_code == (404 if file.sent else 409)
                    return
                if todo.trashed is not None or file.due(self.hour) or file.state == "trashed":
                    assert answer.status_code == 404
                    return
                if not file.sent:
                    assert answer.status_code == 409
                    return
                assert answer.status_code == 200, answer.content
                file.state = "listed"

        @rule(who=WHO, pick=PICK, legacy=st.booleans())
        def trash_file(self, who: str, pick: int, legacy: bool) -> None:
            """DELETE of an attachment."""
            found = self.choose_file(who, pick, lambda _: True)
            if found is None:
                return
            todo_id, todo, file_id, file = found
            path = f"/api/{todo_id}/files/{file_id}"
            answer = self.api[who].delete(f"{path}/delete", {}) if legacy else self.api[who].delete(path)
            if todo.trashed is not None or file.state != "listed":
                assert answer.status_code == 404
                return
            assert answer.status_code == (200 if legacy else 204)
            file.state, file.since = "trashed", self.hour

        @rule(who=WHO, pick=PICK)
        def restore_file(self, who: str, pick: int) -> None:
            """An attachment out of the trash."""
            found = self.choose_file(who, pick, lambda _: True)
            if found is None:
                return
            todo_id, todo, file_id, file = found
            answer = self.api[who].post(f"/api/{todo_id}/files/{file_id}/restore")
            if todo.trashed is not None or file.state == "pending" or file.due(self.hour):
                assert answer.status_code == 404
                return
            assert answer.status_code == 200, answer.content
            file.state = "listed"

        # --- others, time ---

        @rule(who=WHO, pick=PICK, change=CHANGE, which=st.integers(0, 8))
        def intrude(self, who: str, pick: int, change: dict[str, Any], which: int) -> None:
            """Somebody tries the other one's ids: always 404, and the model does not move."""
            other = "bob" if who == "alice" else "alice"
            found = self.choose(self.models[other].todos, pick)
            if found is None:
                return
            todo_id, todo = found
            file_id = next(iter(todo.files), todo_id)
            api, todos, files = self.api[who], f"/api/me/todos/{todo_id}", f"/api/{todo_id}/files"
            answer = [
                lambda: api.get(todos),
                lambda: api.patch(todos, change),
                lambda: api.delete(todos),
                lambda: api.post(f"{todos}/restore"),
                lambda: api.get(files),
                lambda: api.post(files, {"fileName": "x", "size": 1}),
                lambda: api.post(f"{files}/{file_id}/complete"),
                lambda: api.delete(f"{files}/{file_id}"),
                lambda: api.post(f"{files}/{file_id}/restore"),
            ][which]()
            assert answer.status_code == 404

        @rule(hours=st.sampled_from([1, 7, 23, 24, 25, 24 * 15, 24 * 30]))
        def wait(self, hours: int) -> None:
            """Time passes."""
            self.hour += hours
            clock.offset = timedelta(hours=self.hour)

        @rule(twice=st.booleans())
        def purge_runs(self, twice: bool) -> None:
            """The scheduled purge."""
            for _ in range(1 + twice):
                assert purge().failures == 0
            for model in self.models.values():
                model.purge(self.hour)

        # --- what must always hold ---

        @invariant()
        def shows_what_the_model_holds(self) -> None:
            """Both see all of theirs, in order, and nothing else."""
            steps[0] += 1
            for who, model in self.models.items():
                expected = sorted(model.live().values(), key=Todo.place)
                self.same_list(self.every_page(who, "limit=3"), expected)
                trash = {todo["todoID"]: todo for todo in self.every_page(who, "trashed=true")}
                assert set(trash) == set(model.in_trash())
                for todo_id, todo in model.in_trash().items():
                    self.same(trash[todo_id], todo)
            who = "alice" if steps[0] % 2 else "bob"
            model = self.models[who]
            done = [todo for todo in sorted(model.live().values(), key=Todo.place) if todo.shown["completed"]]
            self.same_list(self.every_page(who, "completed=true"), done)
            hits = [todo for todo in sorted(model.live().values(), key=Todo.place) if "stras" in fold(todo.shown["title"])]
            self.same_list(self.every_page(who, "search=STRAS"), hits)
            for todo_id, todo in list(model.todos.items())[:4]:
                self.same_files(who, todo_id, todo)

        def teardown(self) -> None:
            """At the end: the bytes of every attachment, by URLs signed today, then everything is let go."""
            clock.offset = timedelta()
            for who, model in self.models.items():
                for todo_id, todo in model.todos.items():
                    self.same_files(who, todo_id, todo, contents=True)
            clock.offset = timedelta(hours=self.hour)
            for who, model in self.models.items():
                for todo_id in model.live():
                    assert self.api[who].delete(f"/api/me/todos/{todo_id}").status_code == 204
            clock.offset = timedelta(hours=self.hour) + timedelta(days=90)
            assert purge().failures == 0
            clock.offset = timedelta()

        # --- small things ---

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
                todo.shown |= {**change, "version": todo.shown["version"] + 1, "dateModified": shown["dateModified"]}
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

    return Services


def fold(text: str) -> str:
    """As search compares; written out, so that the model does not trust the code."""
    return text.lower().replace("ß", "ss").replace("ﬁ", "fi")


@pytest.mark.timeout(600)
def test_it_works(alice: Any, bob: Any, clock: Any, rows: Any, objects: Any, empty: Any, proof: Any) -> None:
    steps = [0]
    proof.of(
        "Nothing lost",
        "What the API shows is what a model holds; nobody sees another's",
        "two people, random sequences of every operation of both services, retries, purges, weeks passing; compared in full "
        "after each step; at the end all is purged and no row or object is left",
    )
    run_state_machine_as_test(
        machine({"alice": alice, "bob": bob}, clock, empty, steps),
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            print_blob=True,
        ),
    )
    proof.times = steps[0]
    assert (rows(settings.TODOS_TABLE), rows(settings.FILES_TABLE), objects()) == ([], [], set())
