"""Accounts of the embedded Cognito, for the commands, the browsable API's login and tests.

Needs configured settings. Signing in is real SRP, the only way the web client allows: about 60 ms of work here and 150 ms in
the embedded AWS, so keep the tokens of an account that is used more than once.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings

from local.aws import state

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class AccountRefused(Exception):
    """Cognito does not make or accept the account; the message is its own sentence."""


class Tokens(NamedTuple):
    """What one sign-in gives: JWTs for one hour, and the token that renews them."""

    access: str
    id: str
    refresh: str


def create_account(email: str, password: str) -> str:
    """A confirmed account with a verified e-mail address; returns its `sub`.

    Raises `AccountRefused` when it exists, or when the password does not satisfy the pool's policy.
    """
    account = {"UserPoolId": settings.COGNITO_USER_POOL_ID, "Username": fold(email)}
    try:
        user = _client().admin_create_user(
            **account,
            TemporaryPassword=password,
            UserAttributes=[{"Name": "email", "Value": account["Username"]}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )["User"]
        _client().admin_set_user_password(**account, Password=password, Permanent=True)
    except ClientError as error:
        raise AccountRefused(error.response["Error"]["Message"]) from None
    return next(attribute["Value"] for attribute in user["Attributes"] if attribute["Name"] == "sub")


def tokens(email: str, password: str) -> Tokens:
    """Sign in with SRP. Raises `AccountRefused` when Cognito refuses, with the same sentence for whatever is wrong."""
    from pycognito.aws_srp import AWSSRP  # noqa: PLC0415  # 0.2 s to import, and only signing in needs it

    srp = AWSSRP(
        username=fold(email),
        password=password,
        pool_id=settings.COGNITO_USER_POOL_ID,
        client_id=settings.COGNITO_CLIENT_ID,
        client=_client(),
    )
    try:
        result = srp.authenticate_user()["AuthenticationResult"]
    except ClientError as error:
        raise AccountRefused(error.response["Error"]["Message"]) from None
    return Tokens(access=result["AccessToken"], id=result["IdToken"], refresh=result["RefreshToken"])


def remembered() -> dict[str, str]:
    """Passwords by e-mail address of the accounts that the commands made."""
    try:
        found: dict[str, str] = json.loads((settings.LOCALAWS_STATE_DIR / "accounts.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def remember(email: str, password: str) -> None:
    """Keep a throw-away account's password, so that `manage.py token EMAIL` need not ask."""
    state.write(settings.LOCALAWS_STATE_DIR / "accounts.json", json.dumps({**remembered(), email: password}, indent=1))


def fold(email: str) -> str:
    """The e-mail address as accounts are kept: the embedded Cognito, unlike the real one, tells capitals apart."""
    return email.strip().lower()


@cache
def _client() -> CognitoIdentityProviderClient:
    return boto3.client(
        "cognito-idp",
        region_name=settings.AWS_REGION,
        endpoint_url=settings.AWS_ENDPOINT_URL,
        config=Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2}),
    )
