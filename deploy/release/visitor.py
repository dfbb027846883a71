"""A visitor of a running service: registers, signs in by SRP and sends requests, as the web application does.

Knows an address and a user pool's client; nothing of where the service runs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
import httpx
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from pycognito import AWSSRP

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

TIMEOUT_SECONDS: Final = 35  # above the 30 s that the API gives a request


class JourneyError(Exception):
    """A step did not go as it must; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the service is, as its /config.json says.

    ``headers`` go with each request (what a CDN would add). ``passes_headers``: answers keep the service's headers, as they
    do everywhere but behind the embedded AWS's HTTP API.
    """

    url: str
    region: str
    user_pool_id: str
    client_id: str
    cognito_endpoint: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    passes_headers: bool = True


ConfirmationCode = Callable[[str], str]
"""From an e-mail address to the code that was sent there at registration."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a visitor, made for the journey."""

    email: str
    password: str

    @classmethod
    def new(cls, name: str) -> Self:
        """An account nobody has, under a domain that can never receive mail (RFC 2606)."""
        return cls(f"{name}-{secrets.token_hex(6)}@journey.example.com", f"Aa1!{secrets.token_urlsafe(18)}")


class Visitor:
    """A person with an account at a site. Registers and signs in as the web application does; ``call`` sends requests."""

    def __init__(self, site: Site, account: Account) -> None:
        self.site = site
        self.account = account
        # Follows no redirect and keeps no cookie of its own: what the service answers is what is judged.
        self.http = httpx.Client(base_url=site.url, timeout=TIMEOUT_SECONDS, headers=dict(site.headers))

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def register(self, code: ConfirmationCode) -> None:
        """Sign up, fail to confirm with a wrong code, confirm with the right one."""
        client, email = self._cognito(), self.account.email
        attributes: Any = [{"Name": "email", "Value": email}]
        client.sign_up(ClientId=self.site.client_id, Username=email, Password=self.account.password, UserAttributes=attributes)
        right = code(email)
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        refused(
            "a wrong confirmation code",
            "CodeMismatchException",
            lambda: client.confirm_sign_up(ClientId=self.site.client_id, Username=email, ConfirmationCode=wrong),
        )
        client.confirm_sign_up(ClientId=self.site.client_id, Username=email, ConfirmationCode=right)

    def log_in(self) -> None:
        """Secure Remote Password: the password never travels. A wrong one is refused first."""
        refused("a wrong password", "NotAuthorizedException", lambda: self._tokens(f"{self.account.password}x"))
        self.http.headers["Authorization"] = f"Bearer {self._tokens(self.account.password)['AccessToken']}"

    def call(self, method: str, path: str, expected: int, **request: Any) -> httpx.Response:
        """Send a request; raises JourneyError for any other status than ``expected``."""
        answer = self.http.request(method, path, **request)
        if answer.status_code != expected:
            raise JourneyError(
                f"{method} {path} answered {answer.status_code} where {expected} was expected: {answer.text[:400]}"
            )
        return answer

    def json(self, method: str, path: str, expected: int, **request: Any) -> Any:
        """The body of ``call``."""
        return self.call(method, path, expected, **request).json()

    def _tokens(self, password: str) -> dict[str, str]:
        login = AWSSRP(
            username=self.account.email,
            password=password,
            pool_id=self.site.user_pool_id,
            client_id=self.site.client_id,
            client=self._cognito(),
        )
        result: dict[str, str] = login.authenticate_user()["AuthenticationResult"]
        return result

    def _cognito(self) -> CognitoIdentityProviderClient:
        session = boto3.Session(region_name=self.site.region)
        # As in a browser: no AWS keys are involved.
        return session.client("cognito-idp", endpoint_url=self.site.cognito_endpoint, config=Config(signature_version=UNSIGNED))


def refused(what: str, code: str, attempt: Callable[[], object]) -> None:
    """Raises JourneyError unless Cognito refuses the attempt with this error code."""
    try:
        attempt()
    except ClientError as error:
        if error.response["Error"]["Code"] == code:
            return
        raise JourneyError(f"Cognito refused {what} with {error}, where {code} was expected.") from error
    raise JourneyError(f"Cognito accepted {what}.")


def same(what: str, found: object, expected: object) -> None:
    """Raises JourneyError unless both are equal."""
    if found != expected:
        raise JourneyError(f"{what} is {found!r} where {expected!r} was expected.")
