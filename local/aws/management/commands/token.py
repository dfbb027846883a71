"""`manage.py token EMAIL`."""

import sys
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from local.aws import accounts
from local.aws.state import StateDirectory


class Command(BaseCommand):
    """Signs in and prints the token and nothing else."""

    help = 'Print an access token, for `curl -H "Authorization: Bearer $(manage.py token EMAIL)"`.'
    requires_system_checks: list[str] = []  # nothing here depends on the URLs

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL, --password and --id."""
        parser.add_argument("email")
        parser.add_argument("--password", help="default: the one `createaccount` was given, else asked")
        parser.add_argument("--id", action="store_true", help="the ID token instead of the access token")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, or say why not."""
        email = accounts.fold(options["email"])
        password = options["password"] or StateDirectory(settings.LOCALAWS_STATE_DIR).accounts().get(email)
        if password is None:
            if not sys.stdin.isatty():
                raise CommandError(
                    f"The password of {email} is not known here. Give it with --password, or make the account: "
                    f"manage.py createaccount {email}"
                )
            password = getpass(f"Password of {email}: ")
        try:
            found = accounts.tokens(email, password)
        except accounts.AccountRefused as refused:
            raise CommandError(f"{email} cannot sign in. {refused}") from None
        self.stdout.write(found.id if options["id"] else found.access)
