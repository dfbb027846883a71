"""Who visits the page: people with accounts in a running stack, and what they have there before a page is opened."""

import base64
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config
from playwright.sync_api import Page
from pycognito.aws_srp import AWSSRP

from todo_project.aws.items import EVERYTHING, string, todo_key
from todos.models import new_item

PASSWORD = "Correct-horse-9"


@dataclass(frozen=True)
class Site:
    """A running stack."""

    url: str
    config: dict[str, str]

    @property
    def aws(self) -> str:
        """Origin of the embedded AWS."""
        return self.config["cognitoEndpoint"].rstrip("/")

    @cached_property
    def cognito(self) -> Any:
        """An administrator's client of its user pool."""
        return self._client("cognito-idp")

    @cached_property
    def dynamodb(self) -> Any:
        """A client of its tables."""
        return self._client("dynamodb")

    @cached_property
    def http(self) -> httpx.Client:
        """Calls its API."""
        return httpx.Client(base_url=self.url, timeout=30)

    @cached_property
    def tables(self) -> dict[str, list[str]]:
        """Its tables, with the names of their keys."""
        names = self.dynamodb.list_tables()["TableNames"]
        schemas = {name: self.dynamodb.describe_table(TableName=name)["Table"]["KeySchema"] for name in names}
        return {name: [key["AttributeName"] for key in schema] for name, schema in schemas.items()}

    def forget_all(self) -> None:
        """Empties its tables. Accounts stay."""
        for table, names in self.tables.items():
            items = self.dynamodb.scan(TableName=table, ProjectionExpression=", ".join(names))["Items"]
            self.write(table, [{"DeleteRequest": {"Key": key}} for key in items])

    def write(self, table: str, requests: list[dict[str, Any]]) -> None:
        """Puts and deletions behind the service's back: fast."""
        for start in range(0, len(requests), 25):
            self.dynamodb.batch_write_item(RequestItems={table: requests[start : start + 25]})

    def _client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        once = Config(retries={"max_attempts": 1})
        return boto3.client(service, endpoint_url=self.aws, region_name="us-east-1", config=once, **keys)


@dataclass
class Person:
    """Somebody with an account."""

    email: str
    sub: str
    site: Site = field(repr=False)

    @classmethod
    def registered(cls, email: str, site: Site) -> "Person":
        """A new account, confirmed."""
        pool = site.config["userPoolId"]
        known = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        user = site.cognito.admin_create_user(
            UserPoolId=pool, Username=email, UserAttributes=known, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD
        )["User"]
        site.cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
        return cls(email, next(one["Value"] for one in user["Attributes"] if one["Name"] == "sub"), site)

    @cached_property
    def tokens(self) -> dict[str, str]:
        """A session of this person, outside the page's log-in form. With SRP, the only way the client allows, and slow."""
        pool, client_id = self.site.config["userPoolId"], self.site.config["clientId"]
        srp = AWSSRP(username=self.email, password=PASSWORD, pool_id=pool, client_id=client_id, client=self.site.cognito)
        result = srp.authenticate_user()["AuthenticationResult"]
        return {"accessToken": result["AccessToken"], "idToken": result["IdToken"], "refreshToken": result["RefreshToken"]}

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to the API as this person."""
        bearer = {"Authorization": f"Bearer {self.tokens['accessToken']}"}
        answer = self.site.http.request(method, f"/api/{path}", headers=bearer, **options)
        assert answer.status_code < 400, answer.text
        return answer

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        """A to-do that is there before the page is opened."""
        return self.call("POST", "me/todos", json={"title": title, **fields}).json()

    def add_many(self, titles: Iterable[str]) -> None:
        """To-dos that are there before the page is opened, the last one the newest. Faster than the API, which takes one."""
        began = datetime.now(UTC) - timedelta(hours=1)
        moments = [(title, began + timedelta(seconds=number)) for number, title in enumerate(titles)]
        todos = [new_item(self.sub, uuid4(), {"title": string(title)}, at) for title, at in moments]
        [table] = [name for name, keys in self.site.tables.items() if "todoID" in keys]
        self.site.write(table, [{"PutRequest": {"Item": todo}} for todo in todos])

    def attach(self, todo_id: str, name: str, content: bytes, kind: str = "text/plain") -> dict[str, Any]:
        """An attachment that is there before the page is opened."""
        return self.call("POST", f"{todo_id}/files", files={"file": (name, content, kind)}).json()

    def titles(self, **query: str) -> list[str]:
        """What the API lists, in its order."""
        return [todo["title"] for todo in self.call("GET", "me/todos", params=query).json()["todos"]]

    def waits_for_the_purge(self) -> bool:
        """Whether everything of this person is to be deleted."""
        [table] = [name for name, keys in self.site.tables.items() if "todoID" in keys]
        return "Item" in self.site.dynamodb.get_item(TableName=table, Key=todo_key(self.sub, EVERYTHING))

    def storage(self, **changed: str) -> list[dict[str, str]]:
        """localStorage of a browser in which this person is logged in, as Amplify keeps it."""
        prefix = f"CognitoIdentityServiceProvider.{self.site.config['clientId']}"
        kept = {**self.tokens, "clockDrift": "0", **changed}
        return [
            {"name": f"{prefix}.LastAuthUser", "value": self.sub},
            *({"name": f"{prefix}.{self.sub}.{name}", "value": value} for name, value in kept.items()),
        ]

    def let_time_pass(self, page: Page) -> None:
        """As if an hour went by: the tokens in the browser are expired."""
        self.keep_session(page, **{name: expired(self.tokens[name]) for name in ("accessToken", "idToken")})

    def keep_session(self, page: Page, **changed: str) -> None:
        """Logs in in a page that is open, behind its back."""
        page.evaluate("entries => entries.forEach(({name, value}) => localStorage.setItem(name, value))", self.storage(**changed))

    def end_session(self, page: Page) -> None:
        """As if an hour went by: the access token in the browser is expired, and its renewal is refused from now on."""
        self.site.cognito.admin_user_global_sign_out(UserPoolId=self.site.config["userPoolId"], Username=self.email)
        self.let_time_pass(page)


def expired(token: str) -> str:
    """The token as it would be an hour later: past its `exp`. (Its signature no longer fits; nobody gets to look at it.)"""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["exp"] = int(time.time()) - 60
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.{signature}"
