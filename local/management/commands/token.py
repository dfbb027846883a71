"""`manage.py token EMAIL`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from local.aws import accounts


class Command(BaseCommand):
    help = 'Print an access token, for `curl -H "Authorization: Bearer $(manage.py token EMAIL)"`.'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", help="default: the one that `createaccount` was given")
        parser.add_argument("--id", action="store_true", help="the ID token instead of the access token")

    def handle(self, *args: Any, **options: Any) -> None:
        email = accounts.fold(options["email"])
        password = options["password"] or accounts.remembered().get(email)
        if password is None:
            raise CommandError(
                f"The password of {email} is not known here. Give it with --password, or make the account: "
                f"manage.py createaccount {email}"
            )
        try:
            found = accounts.tokens(email, password)
        except accounts.AccountRefused as refused:
            raise CommandError(f"{email} cannot sign in. {refused}") from None
        self.stdout.write(found.id if options["id"] else found.access)
