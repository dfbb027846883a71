"""`manage.py createaccount EMAIL`."""

from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from local.aws import accounts
from local.aws.state import StateDirectory


class Command(BaseCommand):
    """Makes an account in the embedded Cognito."""

    help = "Make a confirmed local account. Its password is kept in the state directory, so that `token` need not ask."
    requires_system_checks: list[str] = []  # nothing here depends on the URLs

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL and --password."""
        parser.add_argument("email")
        parser.add_argument("--password", help="asked twice when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it, or say why not."""
        email = accounts.fold(options["email"])
        if "@" not in email.strip("@"):
            raise CommandError(f"{email!r} is not an e-mail address.")
        password = options["password"] or asked_twice()
        try:
            accounts.create_account(email, password)
        except accounts.AccountRefused as refused:
            raise CommandError(f"{email} was not created. {refused}") from None
        StateDirectory(settings.LOCALAWS_STATE_DIR).remember_account(email, password)
        self.stdout.write(f"{email} can sign in now. A token for curl: manage.py token {email}")


def asked_twice() -> str:
    """A password typed twice without being shown."""
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        raise CommandError("The two passwords differ; nothing was created.")
    return password
