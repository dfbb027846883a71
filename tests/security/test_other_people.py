"""Another person's ids open nothing and change nothing, wherever they are put."""

from typing import Any

import httpx
import pytest
from django.conf import settings

from files import storage
from tests.security.routes import BODIES, Route, call, routes

ROUTES = sorted(BODIES)
pytestmark = pytest.mark.promise(
    "Another person's ids open nothing and change nothing",
    "every route with ids of a to-do and of files, listed, trashed and pending; ids in path, body, cursor, idempotency key and "
    "presigned form; a file's id under another to-do; both tables and the bucket compared before and after",
)


@pytest.fixture
def mine(alice: Any) -> dict[str, str]:
    """What Alice has: ids of a to-do, a file, and of one of each in the trash."""
    todo, trashed = alice.add("Alice's")["todoID"], alice.add("Alice's, in the trash")["todoID"]
    file, trashed_file = alice.attach(todo)["fileID"], alice.attach(todo)["fileID"]
    pending = alice.api.post(f"/api/{todo}/files", {"fileName": "p.txt", "contentType": "text/plain", "size": 5}).json()
    assert alice.api.delete(f"/api/{todo}/files/{trashed_file}").status_code == 204
    assert alice.api.delete(f"/api/me/todos/{trashed}").status_code == 204
    return {"todo": todo, "trashed": trashed, "file": file, "trashed_file": trashed_file, "pending": pending["fileID"]}


def route_of(line: str) -> Route:
    """The route of a line."""
    return next(route for route in routes() if route.line == line)


@pytest.mark.parametrize("line", ROUTES)
def test_her_ids_in_the_path_are_not_there(line: str, alice: Any, bob: Any, mine: Any, stored: Any) -> None:
    route, before = route_of(line), stored()
    own = bob.add("Bob's")["todoID"]
    with_bobs = stored()
    for todo in (mine["todo"], mine["trashed"]):
        for file in (mine["file"], mine["trashed_file"], mine["pending"]):
            users = [alice.subject, alice.email, "me"] if "<str:user_id>" in route.pattern else ["me"]
            for user in users:
                if user == "me" and "<uuid:todo_id>" not in route.pattern:
                    continue  # that is Bob's own list
                answer = call(bob.api, route, route.path(user=user, todo=todo, file=file))
                assert answer.status_code == 404, (route.line, user, answer.content)
                assert answer.json()["detail"] == "There is nothing here that belongs to you."
    if "<uuid:file_id>" in route.pattern:
        for file in (mine["file"], mine["trashed_file"], mine["pending"]):
            assert call(bob.api, route, route.path(todo=own, file=file)).status_code == 404
    assert stored() == with_bobs != before


@pytest.mark.parametrize("line", [line for line in ROUTES if "file" in line.split(" ")[1].replace("files", "")])
def test_a_file_of_another_of_her_own_todos_is_not_there(line: str, alice: Any, mine: Any, stored: Any) -> None:
    route = route_of(line)
    other = alice.add("Another")["todoID"]
    before = stored()
    for file in (mine["file"], mine["trashed_file"], mine["pending"]):
        assert call(alice.api, route, route.path(todo=other, file=file)).status_code == 404
    assert stored() == before


def test_her_cursor_is_refused(alice: Any, bob: Any) -> None:
    for number in range(3):
        alice.add(f"{number}")
        bob.add(f"{number}")
    following = alice.api.get("/api/me/todos?limit=1").json()["next"]
    assert alice.api.get(following).status_code == 200
    answer = bob.api.get(following)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_her_id_in_a_body_is_refused(alice: Any, bob: Any, mine: Any, stored: Any) -> None:
    own = bob.add("Bob's")["todoID"]
    before = stored()
    for field, value in (("userID", alice.subject), ("todoID", mine["todo"]), ("owner", alice.subject), ("attachments", 1)):
        assert bob.api.post("/api/me/todos", {"title": "x", field: value}).status_code == 400
        assert bob.api.patch(f"/api/me/todos/{own}", {field: value}).status_code == 400
        assert bob.api.post(f"/api/{own}/files", {"fileName": "x", "size": 1, field: value}).status_code == 400
    assert stored() == before


def test_her_idempotency_key_is_another(alice: Any, bob: Any) -> None:
    headers = {"Idempotency-Key": "shared"}
    hers = alice.api.post("/api/me/todos", {"title": "secret"}, headers=headers).json()
    his = bob.api.post("/api/me/todos", {"title": "secret"}, headers=headers).json()
    assert hers["todoID"] != his["todoID"]
    assert hers["userID"] != his["userID"]
    his_file = bob.api.post(f"/api/{his['todoID']}/files", {"fileName": "x", "size": 1}, headers=headers).json()
    her_file = alice.api.post(f"/api/{hers['todoID']}/files", {"fileName": "x", "size": 1}, headers=headers).json()
    assert his_file["fileID"] != her_file["fileID"]


def test_a_form_of_his_does_not_write_to_her_key(alice: Any, bob: Any, mine: Any, stored: Any) -> None:
    own = bob.add("Bob's")["todoID"]
    wanted = {"fileName": "note.txt", "contentType": "text/plain", "size": 5}
    form = bob.api.post(f"/api/{own}/files", wanted).json()["upload"]
    before = stored()
    key = f"{alice.subject}/{mine['todo']}/{mine['file']}/note.txt"
    answer = httpx.post(form["url"], data={**form["fields"], "key": key}, files={"file": ("x", b"other")})
    assert answer.status_code == 403
    assert stored() == before


def test_a_path_of_hers_is_not_registered(alice: Any, bob: Any, mine: Any, stored: Any) -> None:
    own = bob.add("Bob's")["todoID"]
    before = stored()
    path = f"{alice.subject}/{mine['todo']}/{mine['file']}/note.txt"
    answer = bob.api.post(f"/api/{own}/files/upload", {"fileName": "note.txt", "filePath": path})
    assert answer.status_code == 400
    assert stored() == before


def test_the_bucket_itself_is_closed(alice: Any, mine: Any) -> None:
    key = f"{alice.subject}/{mine['todo']}/{mine['file']}/note.txt"
    assert storage.client().head_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=key)["ContentLength"] == 5
    url = f"{settings.AWS_ENDPOINT_URL}/{settings.ATTACHMENTS_BUCKET}/{key}"
    assert httpx.get(url).status_code == 403
    assert httpx.put(url, content=b"other").status_code == 403
    assert httpx.delete(url).status_code == 403
