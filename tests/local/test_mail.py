"""Codes that Cognito would mail appear in the terminal."""

from pathlib import Path
from uuid import uuid4

from tests.local.users import PASSWORD, Begin


def test_it_works(begin: Begin, state: Path) -> None:
    user = begin(state, measured=True)
    client, email = user.client("cognito-idp"), f"ann-{uuid4().hex[:8]}@example.com"
    client_id = user.variables["COGNITO_CLIENT_ID"]
    attributes = [{"Name": "email", "Value": email}]
    client.sign_up(ClientId=client_id, Username=email, Password=PASSWORD, UserAttributes=attributes)
    client.confirm_sign_up(ClientId=client_id, Username=email, ConfirmationCode="123456")
    client.forgot_password(ClientId=client_id, Username=email)
    assert user.stop().splitlines() == [
        f"Mail to {email}: Your verification code: Your verification code is 123456.",
        f"Mail to {email}: Your verification code: Your verification code is 654321.",
    ]
