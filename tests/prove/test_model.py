"""Two people do anything in any order, with retries and purges: what the API shows is what a model holds, after every step."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from files.purge import purge
from tests.prove.model import Todo
from tests.prove.model_files import FileRules
from tests.prove.model_services import PICK, WHO
from tests.prove.model_todos import CHANGE, TodoRules
from tests.prove.record import some

EXAMPLES, STEPS = some(16), 40


class Everything(TodoRules, FileRules):
    """What people do, what they try with each other's ids, and time."""

    @rule(who=WHO, pick=PICK, change=CHANGE, which=st.integers(0, 9))
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
            lambda: api.delete(f"{todos}?trashed=true"),
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
        self.clock.offset = timedelta(hours=self.hour)

    @rule(twice=st.booleans())
    def purge_runs(self, twice: bool) -> None:
        """The scheduled purge."""
        for _ in range(1 + twice):
            assert purge().failures == 0
        for model in self.models.values():
            model.purge(self.hour)

    @invariant()
    def shows_what_the_model_holds(self) -> None:
        """Both see all of theirs, in order, and nothing else."""
        self.count[0] += 1
        for who, model in self.models.items():
            expected = sorted(model.live().values(), key=Todo.place)
            self.same_list(self.every_page(who, "limit=3"), expected)
            trash = {todo["todoID"]: todo for todo in self.every_page(who, "trashed=true")}
            assert set(trash) == set(model.in_trash())
            for todo_id, todo in model.in_trash().items():
                self.same(trash[todo_id], todo)
        who = "alice" if self.count[0] % 2 else "bob"
        model = self.models[who]
        done = [todo for todo in sorted(model.live().values(), key=Todo.place) if todo.shown["completed"]]
        self.same_list(self.every_page(who, "completed=true"), done)
        texts = ("title", "description", "notes")
        hits = [
            todo
            for todo in sorted(model.live().values(), key=Todo.place)
            if any("stras" in fold(todo.shown[name]) for name in texts)
        ]
        self.same_list(self.every_page(who, "search=STRAS"), hits)
        for todo_id, todo in list(model.todos.items())[:4]:
            self.same_files(who, todo_id, todo)

    def teardown(self) -> None:
        """At the end: the bytes of every attachment, by URLs signed today, then everything is purged."""
        self.clock.offset = timedelta()
        for who, model in self.models.items():
            for todo_id, todo in model.todos.items():
                self.same_files(who, todo_id, todo, contents=True)
        self.clock.offset = timedelta(hours=self.hour)
        for who, model in self.models.items():
            for todo_id in model.live():
                assert self.api[who].delete(f"/api/me/todos/{todo_id}").status_code == 204
        self.clock.offset = timedelta(hours=self.hour) + timedelta(days=90)
        assert purge().failures == 0
        self.clock.offset = timedelta()


def fold(text: str) -> str:
    """As search compares; written out, so that the model does not trust the code."""
    return text.lower().replace("ß", "ss").replace("ﬁ", "fi")


@pytest.mark.timeout(600)
def test_it_works(alice: Any, bob: Any, clock: Any, rows: Any, objects: Any, empty: Any, proof: Any) -> None:
    count = [0]
    proof.of(
        "Nothing lost",
        "What the API shows is what a model holds; nobody sees another's",
        "two people, random sequences of every operation of both services, retries, purges, weeks passing; compared in full "
        "after each step; at the end all is purged and no row or object is left",
    )
    fixtures = {"people": {"alice": alice, "bob": bob}, "clock": clock, "empty": staticmethod(empty), "count": count}
    run_state_machine_as_test(
        type("Machine", (Everything,), fixtures),
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
    proof.times = count[0]
    assert (rows(settings.TODOS_TABLE), rows(settings.FILES_TABLE), objects()) == ([], [], set())
