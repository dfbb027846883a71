"""Many at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

CHAPTER = "Nothing lost"
ROUNDS = 25


def until_served(call: Any) -> Any:
    """The embedded AWS is slower than the services' patience when 50 ask at once: a 503 is tried again, as clients do."""
    for _ in range(40):
        answer = call()
        if answer.status_code != 503:
            return answer
    raise AssertionError("40 tries were not enough")


def test_two_writers(alice: Any, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "Two writers of the same version: one succeeds, one gets 412, no update is lost",
        f"{ROUNDS} rounds, both at once",
    )
    todo = alice.add()
    with ThreadPoolExecutor(2) as threads:
        for version in range(1, ROUNDS + 1):

            def write(writer: int, version: int = version) -> Any:
                headers = {"If-Match": f'"{version}"'}
                body = {"notes": f"writer {writer}, round {version}"}
                return until_served(lambda: alice.api.patch(f"/api/me/todos/{todo['todoID']}", body, headers=headers))

            answers = list(threads.map(write, range(2)))
            assert sorted(answer.status_code for answer in answers) == [200, 412]
            [winner] = [answer.json() for answer in answers if answer.status_code == 200]
            assert alice.api.get(f"/api/me/todos/{todo['todoID']}").json() == winner
            proof.times += 2


def test_writers_of_different_fields(alice: Any, proof: Any) -> None:
    proof.of(CHAPTER, "Writers of different fields without a version: both changes are there", f"{ROUNDS} rounds, both at once")
    todo = alice.add()["todoID"]
    with ThreadPoolExecutor(2) as threads:
        for number in range(ROUNDS):
            bodies = [{"title": f"title {number}"}, {"notes": f"notes {number}"}]
            url = f"/api/me/todos/{todo}"
            calls = [lambda body=body: alice.api.patch(url, body) for body in bodies]  # noqa: B023 used within the round
            assert {answer.status_code for answer in threads.map(until_served, calls)} == {200}
            shown = alice.api.get(f"/api/me/todos/{todo}").json()
            assert (shown["title"], shown["notes"]) == (f"title {number}", f"notes {number}")
            proof.times += 2


def test_fifty_writers(alice: Any, proof: Any) -> None:
    proof.of(CHAPTER, "50 writers adding at once: 50 there", "50 threads, each with a key of its own")
    with ThreadPoolExecutor(50) as threads:

        def add(number: int) -> int:
            headers = {"Idempotency-Key": f"writer-{number}"}
            return until_served(lambda: alice.api.post("/api/me/todos", {"title": f"{number}"}, headers=headers)).status_code

        assert set(threads.map(add, range(50))) == {201}
    listed = alice.api.get("/api/me/todos?limit=100").json()["todos"]
    assert sorted(int(todo["title"]) for todo in listed) == list(range(50))
    proof.times = 50


def test_many_attach(alice: Any, proof: Any) -> None:
    proof.of(CHAPTER, "Files attached to one to-do at once are all there and counted", "12 threads, one to-do")
    todo = alice.add()["todoID"]
    with ThreadPoolExecutor(12) as threads:

        def attach(number: int) -> int:
            def call() -> Any:
                body = {"file": SimpleUploadedFile(f"{number}.txt", b"hello", "text/plain")}
                return alice.api.post(
                    f"/api/{todo}/files", body, format="multipart", headers={"Idempotency-Key": f"file-{number}"}
                )

            return until_served(call).status_code

        assert set(threads.map(attach, range(12))) == {201}
    assert alice.api.get(f"/api/me/todos/{todo}").json()["attachments"] == 12
    assert len(alice.api.get(f"/api/{todo}/files").json()["files"]) == 12
    proof.times = 12
