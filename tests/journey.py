"""The journey of a visitor, step by step: what a person does in the browser, by HTTP.

The rehearsal makes it against the embedded AWS. deploy/smoke.py makes a shorter one against a real AWS.
"""

import secrets
from typing import Any

import httpx

from deploy import smoke
from deploy.smoke import TIMEOUT_SECONDS, Account, JourneyError, Site, refused, same

__all__ = ["STEPS", "Account", "JourneyError", "Site", "Visitor", "Work", "journey", "refused", "same"]

CODE = "123456"
"""What the embedded Cognito mails to every address at registration."""

SMALL_FILE = b"A small file that goes through the service.\n"
LARGE_FILE = bytes(range(256)) * 64


class Visitor(smoke.Visitor):
    """A visitor who can also register."""

    def register(self) -> None:
        """Sign up, fail to confirm with a wrong code, confirm with the right one."""
        client, email = self.cognito, self.account.email
        attributes = [{"Name": "email", "Value": email}]
        client.sign_up(ClientId=self.site.client_id, Username=email, Password=self.account.password, UserAttributes=attributes)
        refused(
            "a wrong confirmation code",
            "CodeMismatchException",
            lambda: client.confirm_sign_up(ClientId=self.site.client_id, Username=email, ConfirmationCode="654321"),
        )
        client.confirm_sign_up(ClientId=self.site.client_id, Username=email, ConfirmationCode=CODE)


class Work:
    """What a visitor who is signed in does with one to-do. The methods are the steps, in the order of ``STEPS``."""

    def __init__(self, visitor: smoke.Visitor) -> None:
        self.visitor = visitor
        self.word = f"w{secrets.token_hex(6)}"
        self.todo: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}

    @property
    def path(self) -> str:
        return f"/api/me/todos/{self.todo['todoID']}"

    @property
    def files_path(self) -> str:
        return f"/api/{self.todo['todoID']}/files"

    def creates(self) -> None:
        body = {"title": f"Buy {self.word}", "description": "From the journey.", "dateDue": "2030-01-31"}
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        self.todo = self.visitor.json("POST", "/api/me/todos", 201, json=body, headers=headers)
        again = self.visitor.json("POST", "/api/me/todos", 201, json=body, headers=headers)
        same("the to-do that a retry returns", again["todoID"], self.todo["todoID"])
        same("title", self.todo["title"], body["title"])

    def lists(self) -> None:
        same("how often the list holds the to-do", self._listed("/api/me/todos").count(self.todo["todoID"]), 1)
        same("the to-do read by its id", self.visitor.json("GET", self.path, 200), self.todo)

    def changes(self) -> None:
        etag = f'"{self.visitor.json("GET", self.path, 200)["version"]}"'
        change = {"notes": "Two bags.", "dateDue": None}
        changed = self.visitor.json("PATCH", self.path, 200, json=change, headers={"If-Match": etag})
        same("notes after the change", changed["notes"], "Two bags.")
        self.visitor.call("PATCH", self.path, 412, json={"notes": "Too late."}, headers={"If-Match": etag})

    def completes(self) -> None:
        same("completed", self.visitor.json("PATCH", self.path, 200, json={"completed": True})["completed"], True)
        same("the list of open to-dos", self._listed("/api/me/todos?completed=false").count(self.todo["todoID"]), 0)
        same("the list of completed", self._listed("/api/me/todos?completed=true").count(self.todo["todoID"]), 1)

    def searches(self) -> None:
        same("what the search finds", self._listed(f"/api/me/todos?search={self.word.upper()}"), [self.todo["todoID"]])
        same("what another search finds", self._listed("/api/me/todos?search=no-such-word-anywhere"), [])

    def attaches_through_the_service(self) -> None:
        upload = {"file": ("Größe & (1).txt", SMALL_FILE, "text/plain")}
        created = self.visitor.json("POST", self.files_path, 201, files=upload)
        same("file name", created["fileName"], "Größe & (1).txt")
        self.files[created["fileID"]] = SMALL_FILE

    def attaches_directly(self) -> None:
        wanted = {"fileName": "large.bin", "contentType": "application/octet-stream", "size": len(LARGE_FILE)}
        reserved = self.visitor.json("POST", self.files_path, 201, json=wanted)
        complete = f"{self.files_path}/{reserved['fileID']}/complete"
        self.visitor.call("POST", complete, 409)  # nothing has arrived yet
        form = reserved["upload"]
        # Straight to S3, as the browser does: none of the visitor's headers, and above all no token.
        answer = httpx.post(form["url"], data=form["fields"], files={"file": LARGE_FILE}, timeout=TIMEOUT_SECONDS)
        if not answer.is_success:
            raise JourneyError(f"S3 refused the upload with {answer.status_code}: {answer.text[:400]}")
        same("size", self.visitor.json("POST", complete, 200)["size"], len(LARGE_FILE))
        self.files[reserved["fileID"]] = LARGE_FILE

    def downloads(self) -> None:
        listed = self.visitor.json("GET", self.files_path, 200)["files"]
        same("the attachments", {file["fileID"] for file in listed}, set(self.files))
        for file in listed:
            answer = httpx.get(file["filePath"], timeout=TIMEOUT_SECONDS)
            same(f"the status of the download of {file['fileName']}", answer.status_code, 200)
            same(f"whether {file['fileName']} comes back as it went", answer.content == self.files[file["fileID"]], True)
        same("the to-do's count", self.visitor.json("GET", self.path, 200)["attachments"], len(self.files))

    def trashes_a_file_and_brings_it_back(self) -> None:
        file_id = next(iter(self.files))
        self.visitor.call("DELETE", f"{self.files_path}/{file_id}", 204)
        trashed = self.visitor.json("GET", f"{self.files_path}?trashed=true", 200)["files"]
        same("the attachments in the trash", [file["fileID"] for file in trashed], [file_id])
        same("the attachment restored", self.visitor.json("POST", f"{self.files_path}/{file_id}/restore", 200)["fileID"], file_id)
        same("the count afterwards", self.visitor.json("GET", self.path, 200)["attachments"], len(self.files))

    def trashes_the_todo_and_brings_it_back(self) -> None:
        self.visitor.call("DELETE", self.path, 204)
        self.visitor.call("GET", self.path, 404)
        same("the trash", self._listed("/api/me/todos?trashed=true").count(self.todo["todoID"]), 1)
        same("the to-do restored", self.visitor.json("POST", f"{self.path}/restore", 200)["todoID"], self.todo["todoID"])
        same("the list", self._listed("/api/me/todos").count(self.todo["todoID"]), 1)

    def leaves_it_in_the_trash(self) -> None:
        self.visitor.call("DELETE", self.path, 204)

    def _listed(self, path: str) -> list[str]:
        """The ids of every page that starts at ``path``."""
        ids: list[str] = []
        following: str | None = path
        while following:
            page = self.visitor.json("GET", following, 200)
            ids += [todo["todoID"] for todo in page["todos"]]
            following = page["next"]
        return ids


STEPS = (
    Work.creates,
    Work.lists,
    Work.changes,
    Work.completes,
    Work.searches,
    Work.attaches_through_the_service,
    Work.attaches_directly,
    Work.downloads,
    Work.trashes_a_file_and_brings_it_back,
    Work.trashes_the_todo_and_brings_it_back,
)


def outsider_sees_nothing(outsider: smoke.Visitor, work: Work) -> None:
    """Another visitor, signed in, can neither see nor touch the to-do and its files: 404, never 403."""
    same("the outsider's list", outsider.json("GET", "/api/me/todos", 200)["todos"], [])
    file_path = f"{work.files_path}/{next(iter(work.files))}"
    owner = work.visitor.account.email
    for method, path, body in (
        ("GET", f"/api/{owner}/todos", None),
        ("GET", work.path, None),
        ("PATCH", work.path, {"title": "Mine now"}),
        ("DELETE", work.path, None),
        ("POST", f"{work.path}/restore", None),
        ("GET", work.files_path, None),
        ("POST", work.files_path, {"fileName": "a.txt", "contentType": "text/plain", "size": 1}),
        ("DELETE", file_path, None),
    ):
        outsider.call(method, path, 404, json=body)


def strangers_are_refused(site: Site) -> None:
    """Without a token, and with a forged one, both services are closed."""
    forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9."
    with httpx.Client(base_url=site.url, timeout=TIMEOUT_SECONDS, headers=dict(site.headers)) as http:
        for path in ("/api/me/todos", "/api/00000000-0000-4000-8000-000000000000/files"):
            for headers in ({}, {"Authorization": f"Bearer {forged}"}):
                same(f"the response to a stranger at {path}", http.get(path, headers=headers).status_code, 401)


def journey(alice: Visitor, charlie: Visitor) -> None:
    """The whole journey: of Alice, who has a to-do, and of Charlie, who must see nothing of it. Raises JourneyError."""
    strangers_are_refused(alice.site)
    alice.register()
    alice.log_in()
    work = Work(alice)
    for step in STEPS:
        step(work)
    charlie.register()
    charlie.log_in()
    outsider_sees_nothing(charlie, work)
