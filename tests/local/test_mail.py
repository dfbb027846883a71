"""Codes that Cognito would mail reach the terminal."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from local.aws import mail
from tests.local.users import PASSWORD, Begin, until


@pytest.fixture
def written() -> list[str]:
    return []


def test_it_works(begin: Begin, state: Path, written: list[str]) -> None:
    user = begin(state, measured=True)
    end = mail.show(state / "mail.log", written.append, seconds=0.02)
    client, email = user.client("cognito-idp"), f"ann-{uuid4().hex[:8]}@example.com"
    attributes = [{"Name": "email", "Value": email}]
    client_id = user.variables["COGNITO_CLIENT_ID"]
    client.sign_up(ClientId=client_id, Username=email, Password=PASSWORD, UserAttributes=attributes)
    until(lambda: len(written) == 1)
    client.confirm_sign_up(ClientId=client_id, Username=email, ConfirmationCode="123456")
    client.forgot_password(ClientId=client_id, Username=email)
    until(lambda: len(written) == 2)
    end()
    assert written == [
        f"Mail to {email}: Your verification code: Your verification code is 123456.",
        f"Mail to {email}: Your verification code: Your verification code is 654321.",
    ]


def test_only_whole_new_lines_are_shown(tmp_path: Path, written: list[str]) -> None:
    path = tmp_path / "mail.log"
    line = json.dumps({"to": ["a@example.com"], "subject": "Code", "body": "1"})
    path.write_text(line + "\n")
    end = mail.show(path, written.append, seconds=0.01)
    with path.open("a") as file:
        file.write(line.replace("1", "2")[:20])
        file.flush()
        file.write(line.replace("1", "2")[20:] + "\n" + line.replace("1", "3"))
    until(lambda: written)
    end()
    assert written == ["Mail to a@example.com: Code: 2"]


def test_a_missing_file_is_no_mail(tmp_path: Path, written: list[str]) -> None:
    end = mail.show(tmp_path / "mail.log", written.append, seconds=0.01)
    (tmp_path / "mail.log").write_text(json.dumps({"to": ["a@example.com"], "subject": "Code", "body": "1"}) + "\n")
    until(lambda: written)
    end()
    assert written == ["Mail to a@example.com: Code: 1"]
