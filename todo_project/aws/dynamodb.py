"""The gateway to DynamoDB: one client a process, values in its wire format, its errors as ours."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from random import uniform
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from todo_project.aws import sdk
from todo_project.aws.deadline import refuse_late_attempt
from todo_project.aws.fast_path import accelerate
from todo_project.aws.items import Item
from todo_project.errors import Conflict, Unavailable
from todo_project.telemetry import usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

# Two attempts of 2.5 s at most for one call; aws/deadline.py bounds all calls of a request together.
CONNECT_SECONDS, READ_SECONDS = 1, 1.5
CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=50,
    # Saves 0.05 ms a call. Safe because the parameters are ours, and the tests run with validation.
    parameter_validation=False,
)

TRANSACTION_ATTEMPTS = 4


class ConditionFailed(Exception):
    """A write's condition did not hold. `item` is what is stored, or None where nothing is.

    `retried`: boto3 had sent the write before and saw no response. So it may be that very write which changed the item.
    """

    def __init__(self, item: Item | None, *, retried: bool = False) -> None:
        super().__init__("condition failed")
        self.item = item
        self.retried = retried


class TransactionFailed(Exception):
    """A transaction's condition did not hold. `items` has what is stored for each part whose condition failed, else None."""

    def __init__(self, failed: list[bool], items: list[Item | None]) -> None:
        super().__init__("transaction failed")
        self.failed = failed
        self.items = items


@cache
def client() -> "DynamoDBClient":
    """The one client of this process: making one costs tens of milliseconds, and clients are thread-safe."""
    # botocore would write it twice a call, which takes 0.08 ms; nothing but AWS's own statistics reads it.
    config = CONFIG.merge(Config(user_agent=sdk.core().user_agent()))
    made = sdk.session().client("dynamodb", endpoint_url=settings.AWS_ENDPOINT_URL, config=config)
    # The fast path makes a first attempt at `before-call`; whatever goes through botocore comes to `before-send`.
    made.meta.events.register_first("before-call.dynamodb", refuse_late_attempt)
    made.meta.events.register("before-send", refuse_late_attempt)
    usage.watch(made)
    if settings.AWS_FAST_PATH:
        accelerate(made, sdk.core())
    return made


@contextmanager
def translate_errors() -> Iterator[None]:
    """DynamoDB's errors as `ConditionFailed`, `TransactionFailed`, `Conflict` or `Unavailable`.

    A ValidationException passes: it is a defect of ours, not a state of theirs.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code == "ConditionalCheckFailedException":
            retried = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
            raise ConditionFailed(error.response.get("Item"), retried=retried) from error  # type: ignore[arg-type]
        if code == "TransactionCanceledException":
            reasons: list[Any] = error.response.get("CancellationReasons", [])
            failed = [reason.get("Code") == "ConditionalCheckFailed" for reason in reasons]
            if any(failed):
                raise TransactionFailed(failed, [reason.get("Item") for reason in reasons]) from error
        if code == "ItemCollectionSizeLimitExceededException":
            raise Conflict("An account can hold 10 GB of to-dos, trash included; this one is full.") from error
        if code == "ValidationException":
            raise
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error


def transact(items: list[dict[str, Any]]) -> None:
    """TransactWriteItems, tried again while another transaction holds one of the items.

    boto3 does not retry a cancelled transaction (DynamoDB developer guide, "Transaction conflict handling"), and several
    attachments of one to-do finishing at once conflict in ordinary use. All attempts have one token, by which DynamoDB knows an
    attempt that it has carried out although its response was lost.

    :raises TransactionFailed: a condition did not hold; nothing was written.
    :raises Unavailable: DynamoDB is broken, throttled, or the conflict lasted.
    """
    token = str(uuid4())
    for attempt in range(TRANSACTION_ATTEMPTS):
        try:
            with translate_errors():
                client().transact_write_items(TransactItems=items, ClientRequestToken=token)  # type: ignore[arg-type]
                return
        except Unavailable as error:
            if attempt == TRANSACTION_ATTEMPTS - 1 or not _is_conflict(error.__cause__):
                raise
            time.sleep(uniform(0.5, 1) * 0.05 * 2**attempt)  # noqa: S311 jitter, not a secret


def _is_conflict(error: BaseException | None) -> bool:
    if not isinstance(error, ClientError):
        return False
    reasons: list[Any] = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons} - {"None", None}
    return codes == {"TransactionConflict"}
