"""Rules: what a person does with to-dos."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.prove.model import TODO_LIFE, Todo
from tests.prove.model_services import KEYS, PICK, RETRIES, TEXTS, WHO, Services

TITLES = st.sampled_from(["Buy milk", "STRASSE fegen", "Straße sperren", "ﬁnd the cat", "call Δ back", "x" * 200])
DAYS = st.sampled_from([None, "2024-02-29", "2026-03-29", "2026-10-25", "2026-12-31", "2027-01-01"])
PARTS = {"description": TEXTS, "notes": TEXTS, "dateDue": DAYS, "completed": st.booleans(), "starred": st.booleans()}
INPUT = st.fixed_dictionaries({"title": TITLES}, optional=PARTS)
CHANGE = st.fixed_dictionaries({}, optional={"title": TITLES, **PARTS})
UNPLANNED = {"starred": False, "repeats": None, "nextID": None}
IF_MATCH = st.sampled_from([None, "current", "stale"])


class TodoRules(Services):
    """To-dos are added, changed, trashed, restored and deleted."""

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
            expected = {**fresh, **UNPLANNED, **body, "userID": self.people[who].subject}
            assert {name: shown[name] for name in expected} == expected
            assert shown["dateCompleted"] == (shown["dateCreated"] if shown["completed"] else None)
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

    @rule(who=WHO, pick=PICK, if_match=IF_MATCH)
    def delete(self, who: str, pick: int, if_match: str | None) -> None:
        """For good, out of the trash."""
        found = self.choose(self.models[who].todos, pick)
        if found is None:
            return
        todo_id, todo = found
        answer = self.api[who].delete(f"/api/me/todos/{todo_id}?trashed=true", headers=self.match(todo, if_match))
        if todo.trashed is None or todo.gone:
            # Version 0, which none ever has, is refused before anything is read.
            assert answer.status_code in ((404, 412) if if_match == "stale" else (404,))
        elif if_match == "stale":
            assert answer.status_code == 412
        else:
            assert answer.status_code == 204, answer.content
            todo.trashed, todo.gone = self.hour - TODO_LIFE, True
            todo.shown["version"] += 1

    @rule(who=WHO)
    def delete_everything(self, who: str) -> None:
        """All of it goes with a purge that is more than three hours later, whatever comes in between."""
        assert self.api[who].delete("/api/me/todos?everything=true").status_code == 204
        self.models[who].leaves = self.hour + 4

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
