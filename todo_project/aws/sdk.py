"""The AWS SDK's descriptions of the services, read once a container and shared by every session, thread and worker.

Reading them is nearly all that a client costs: 30 ms and 11 MB for DynamoDB, 80 ms and 5 MB more for S3. With them in memory
a client costs 7 ms and less than 1 MB. botocore's own sessions would read them once each, and django-storages makes a session
a thread.
"""

from typing import Final, Literal

import botocore.session
from botocore.loaders import create_loader
from django.conf import settings

LOADER: Final = create_loader()


def session() -> botocore.session.Session:
    """A new session that reads no description a second time."""
    made = botocore.session.Session()
    made.register_component("data_loader", LOADER)
    return made


def read_descriptions(*services: Literal["dynamodb", "s3"]) -> None:
    """Reads everything that clients of these services will need. No call goes out, and nothing is opened: safe before a fork."""
    for service in services:
        # The keys are none, so that nobody is asked for real ones.
        session().create_client(service, settings.AWS_REGION, aws_access_key_id="-", aws_secret_access_key="-")  # noqa: S106
