"""`manage.py createaccount` and `manage.py token`, run in this process against its own embedded AWS."""

import io
import json
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from local.management.commands import createaccount, token
from tests.local.users import PASSWORD


@pytest.fixture(autouse=True)
def state_directory(tmp_path: Path, settings: object) -> Path:
    """Where the commands keep passwords."""
    settings.LOCALAWS_STATE_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def email() -> str:
    return f"ann-{uuid4().hex[:8]}@example.com"


def run(command: BaseCommand, *arguments: str) -> str:
    """Standard output of a command."""
    output = io.StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def claims(text: str) -> dict[str, str]:
    found: dict[str, str] = jwt.decode(text.strip(), options={"verify_signature": False})
    return found


def test_it_works(email: str) -> None:
    assert "can sign in now" in run(createaccount.Command(), email.upper(), "--password", PASSWORD)
    access = run(token.Command(), email)
    assert access.count("\n") == 1
    assert claims(access)["token_use"] == "access"
    assert claims(access)["client_id"] == settings.COGNITO_CLIENT_ID


def test_id_prints_the_id_token(email: str) -> None:
    run(createaccount.Command(), email, "--password", PASSWORD)
    found = claims(run(token.Command(), email.title(), "--id"))
    assert (found["token_use"], found["email"], found["email_verified"]) == ("id", email, True)


def test_passwords_are_kept_for_their_owner_only(email: str, state_directory: Path) -> None:
    run(createaccount.Command(), email, "--password", PASSWORD)
    path = state_directory / "accounts.json"
    assert json.loads(path.read_text()) == {email: PASSWORD}
    assert path.stat().st_mode & 0o077 == 0


def test_an_account_that_exists(email: str) -> None:
    run(createaccount.Command(), email, "--password", PASSWORD)
    with pytest.raises(CommandError, match=f"{email} was not created. User account already exists."):
        run(createaccount.Command(), email, "--password", PASSWORD)


def test_a_password_that_the_pool_refuses(email: str) -> None:
    with pytest.raises(CommandError, match="length greater than or equal to 12"):
        run(createaccount.Command(), email, "--password", "short")
    assert "can sign in now" in run(createaccount.Command(), email, "--password", PASSWORD)


@pytest.mark.parametrize("wrong", ["ann", "@example.com", "ann@"])
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(CommandError, match="is not an e-mail address"):
        run(createaccount.Command(), wrong, "--password", PASSWORD)


def test_the_password_is_asked(email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(createaccount, "getpass", lambda _: PASSWORD)
    assert "can sign in now" in run(createaccount.Command(), email)
    assert claims(run(token.Command(), email))["token_use"] == "access"


def test_a_token_of_an_unknown_password(email: str) -> None:
    with pytest.raises(CommandError, match=f"make the account: manage.py createaccount {email}"):
        run(token.Command(), email)


def test_a_wrong_password(email: str) -> None:
    run(createaccount.Command(), email, "--password", PASSWORD)
    with pytest.raises(CommandError, match=f"{email} cannot sign in. Incorrect username or password."):
        run(token.Command(), email, "--password", "wrong")
