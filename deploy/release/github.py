"""GitHub's identity provider: an account has one, whichever environment's bootstrap made it."""

from typing import Final

import boto3

PROVIDER: Final = ":oidc-provider/token.actions.githubusercontent.com"


def existing_provider(session: boto3.Session, endpoint_url: str | None) -> str:
    """The ARN of the account's provider for GitHub; empty when bootstrap has to make it."""
    found = session.client("iam", endpoint_url=endpoint_url).list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return next((each["Arn"] for each in found if each["Arn"].endswith(PROVIDER)), "")
