"""Rules: what a person does with attachments."""

import httpx
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.prove.model import File
from tests.prove.model_services import KEYS, PICK, RETRIES, WHO, Services

NAMES = st.sampled_from(["note.txt", "größe 100%.txt", "a b+c&d=e;f.txt"])
CONTENT = st.binary(min_size=0, max_size=40)


class FileRules(Services):
    """Files are attached, reserved, sent, completed, trashed and restored."""

    @rule(who=WHO, pick=PICK, name=NAMES, content=CONTENT, key=KEYS, retries=RETRIES)
    def attach(self, who: str, pick: int, name: str, content: bytes, key: str | None, retries: int) -> None:
        """A small file through the service; the same key is never used twice for a to-do, but retried at once."""
        found = self.choose(self.models[who].todos, pick)
        if found is None:
            return
        todo_id, todo = found
        headers = {"Idempotency-Key": f"{key}-{len(todo.files)}-{self.hour}-{self.count[0]}"} if key else {}
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
        """The start of a direct upload."""
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
