"""A process killed after each single call to AWS: the client tries again, the purge runs, and nothing is lost or left over."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.conf import settings

from files import storage
from files.purge import purge
from tests.files.calls import Stopped
from tests.prove.faults import ACTS, Act
from todo_project.aws import dynamodb

MANY_STEPS = [
    "add",
    "change",
    "trash",
    "restore",
    "attach",
    "attach 9 MB",
    "reserve",
    "complete",
    "trash a file",
    "restore a file",
]


class Kill:
    """Ends the process, as far as a test can: no handler of an Exception sees it."""

    def __init__(self) -> None:
        self.after_call: int | None = None
        self.calls = 0

    def __call__(self, **_: Any) -> None:
        if self.after_call is None:
            return
        self.calls += 1
        if self.calls == self.after_call:
            raise Stopped

    def arm(self, call: int | None) -> None:
        """At this call, counted from now; None: never."""
        self.after_call, self.calls = call, 0


@pytest.fixture
def kill() -> Iterator[Kill]:
    """Behind every client."""
    armed = Kill()
    clients = [dynamodb.client(), storage.client()]
    for client in clients:
        client.meta.events.register("after-call", armed, unique_id="kill")
    yield armed
    for client in clients:
        client.meta.events.unregister("after-call", unique_id="kill")


def consistent(rows: Any, objects: Any) -> None:
    """Every row has its to-do, every object its row, every count is the number of listed rows."""
    todos = {f"{row['userID']['S']}#{row['todoID']['S']}": int(row["attachments"]["N"]) for row in rows(settings.TODOS_TABLE)}
    counted = dict.fromkeys(todos, 0)
    keys = set()
    for row in rows(settings.FILES_TABLE):
        todo = row["todoKey"]["S"]
        counted[todo] += row.get("listing", {"S": ""})["S"].startswith("1#")
        keys.add(f"{todo.replace('#', '/')}/{row['fileID']['S']}/{row['fileName']['S']}")
    assert counted == todos
    assert objects() <= keys


# What a killed process has open, its kernel closes; here the garbage collector does.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("act", MANY_STEPS)
def test_each_operation(act: str, alice: Any, kill: Kill, clock: Any, rows: Any, objects: Any, proof: Any) -> None:
    proof.of(
        "Nothing lost",
        "Killed after any single call to AWS, then tried again: one effect, no orphan object, row or count",
        "every operation that writes, killed after its first, second, … call; a retry; a purge weeks later",
    )
    doing = ACTS[act]
    call = 0
    while True:
        call += 1
        alice.api.get("/healthz")
        if one_kill(doing, call, alice, kill):
            break
        proof.times += 1
        consistent(rows, objects)
        all_goes(alice, clock, rows, objects)
    assert call > 1
    all_goes(alice, clock, rows, objects)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.timeout(300)
def test_the_purge(alice: Any, kill: Kill, clock: Any, rows: Any, objects: Any, empty: Any, proof: Any) -> None:
    proof.of(
        "Nothing lost",
        "The purge killed after any single call to AWS, then run again: nothing orphaned, and nothing gone that was not due",
        "to-dos and files listed, trashed and pending, due and not yet due; killed after its first, second, … call, reads too",
    )
    call = 0
    while True:
        call += 1
        kept = belongings(alice, clock)
        clock.offset = clock.days(31)
        kill.arm(call)
        try:
            purge()
            break
        except Stopped:
            kill.arm(None)
        nothing_orphaned(rows, objects)
        assert purge().failures == 0
        only(kept, rows, objects)
        proof.times += 1
        empty()
    kill.arm(None)
    only(kept, rows, objects)
    assert call > 30


def belongings(alice: Any, clock: Any) -> set[str]:
    """Made on day 0 and day 20; what is not due on day 31: the ids of to-dos and the names of files."""
    for day, due in ((0, "due"), (20, "kept")):
        clock.offset = clock.days(0)
        live, trashed = alice.add("kept")["todoID"], alice.add(due)["todoID"]
        for todo in (live, trashed):
            alice.attach(todo, f"{'kept' if todo == live else due} listed")
            file = alice.attach(todo, f"{due} trashed")["fileID"]
            clock.offset = clock.days(day)
            assert alice.api.delete(f"/api/{todo}/files/{file}").status_code == 204
            clock.offset = clock.days(0)
            reserved = alice.api.post(f"/api/{todo}/files", {"fileName": "due pending", "size": 5}).json()
            form = reserved["upload"]
            assert httpx.post(form["url"], data=form["fields"], files={"file": ("x", b"hello")}).status_code == 204
        clock.offset = clock.days(day)
        assert alice.api.delete(f"/api/me/todos/{trashed}").status_code == 204
    clock.offset = clock.days(0)
    return {"kept", "kept listed", "kept trashed"}


def nothing_orphaned(rows: Any, objects: Any) -> None:
    """Every file's row has its to-do, every object its row."""
    todos = {f"{row['userID']['S']}#{row['todoID']['S']}" for row in rows(settings.TODOS_TABLE)}
    files = {f"{row['todoKey']['S']}/{row['fileID']['S']}/{row['fileName']['S']}" for row in rows(settings.FILES_TABLE)}
    assert {file.split("/")[0] for file in files} <= todos
    assert objects() <= {file.replace("#", "/") for file in files}


def only(kept: set[str], rows: Any, objects: Any) -> None:
    """What was not due is there, all else is gone."""
    assert sorted(row["title"]["S"] for row in rows(settings.TODOS_TABLE)) == ["kept"] * 3
    files = sorted(row["fileName"]["S"] for row in rows(settings.FILES_TABLE))
    assert files == ["kept listed"] * 3 + ["kept trashed"] * 2
    assert sorted(key.rsplit("/", 1)[1] for key in objects()) == files
    assert {*files, "kept"} == kept


def one_kill(doing: Act, call: int, alice: Any, kill: Kill) -> bool:
    """Kills at a call, tries again, looks; True when the operation has fewer calls than that."""
    made = doing.before(alice)
    kill.arm(call)
    try:
        answer = doing.request(alice, made)
    except Stopped:
        kill.arm(None)
        answer = doing.request(alice, made)
        assert answer.status_code in doing.repeated, answer.content
        doing.after(alice, made)
        return False
    kill.arm(None)
    assert answer.status_code in doing.good
    doing.after(alice, made)
    return True


def all_goes(alice: Any, clock: Any, rows: Any, objects: Any) -> None:
    """What is pending goes after a day and what is kept stays; then all is trashed and goes too."""
    listed = {row["fileID"]["S"] for row in rows(settings.FILES_TABLE) if row.get("listing", {"S": ""})["S"].startswith("1#")}
    clock.offset = clock.days(2)
    purge()
    assert {row["fileID"]["S"] for row in rows(settings.FILES_TABLE) if row.get("listing", {"S": ""})["S"][:1] == "1"} == listed
    assert all("listing" in row for row in rows(settings.FILES_TABLE))
    for todo in alice.api.get("/api/me/todos?limit=100").json()["todos"]:
        assert alice.api.delete(f"/api/me/todos/{todo['todoID']}").status_code == 204
    clock.offset = clock.days(40)
    purge()
    assert (rows(settings.TODOS_TABLE), rows(settings.FILES_TABLE), objects()) == ([], [], set())
    clock.offset = clock.days(0)
