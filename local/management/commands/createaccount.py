"""`manage.py createaccount EMAIL`."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from local.aws import accounts


class Command(BaseCommand):
    help = "Make a confirmed local account. Its password is kept in the state directory, so that `token` need not ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", help="asked when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        email = accounts.fold(options["email"])
        if "@" not in email.strip("@"):
            raise CommandError(f"{email!r} is not an e-mail address.")
        password = options["password"] or getpass(f"A password for {email}: ")
        try:
            accounts.create_account(email, password)
        except accounts.AccountRefused as refused:
            raise CommandError(f"{email} was not created. {refused}") from None
        accounts.remember(email, password)
        self.stdout.write(f"{email} can sign in now. A token for curl: manage.py token {email}")
