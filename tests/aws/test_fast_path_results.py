"""What the fast path makes of DynamoDB's responses is what botocore makes of them, whatever they are."""

import json
import zlib
from base64 import b64encode
from typing import Any

import botocore.session
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from todo_project.aws.fast_path import accelerate
from todo_project.aws.fast_path.connection import Connections, Response

SESSION = botocore.session.Session()
SESSION.set_credentials("a", "b")
CALLS: dict[str, dict[str, Any]] = {
    "GetItem": {"TableName": "t", "Key": {"a": {"S": "b"}}},
    "PutItem": {"TableName": "t", "Item": {"a": {"S": "b"}}},
    "UpdateItem": {"TableName": "t", "Key": {"a": {"S": "b"}}},
    "DeleteItem": {"TableName": "t", "Key": {"a": {"S": "b"}}},
    "Query": {"TableName": "t"},
    "TransactWriteItems": {"TransactItems": [{"Delete": {"TableName": "t", "Key": {"a": {"S": "b"}}}}]},
    "DescribeTable": {"TableName": "t"},
}
EVERY_TYPE: dict[str, Any] = {
    "text": {"S": 'a "B" b \\ \u2028 ü 😀'},
    "empty text": {"S": ""},
    "number": {"N": "-1.5E+125"},
    "binary": {"B": b64encode(b"\x00\xff").decode()},
    "truth": {"BOOL": False},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "a"}, {"N": "1"}, {"L": []}, {"B": ""}]},
    "map": {"M": {"inner": {"M": {}}, "N": {"N": "2"}}},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "binaries": {"BS": [b64encode(b"one").decode(), ""]},
}
NEXT: list[tuple[int, bytes]] = []
"""The responses that attempts get, one after the other."""


def answer(*_: Any, **__: Any) -> Response:
    status, body = NEXT.pop(0)
    headers = {"x-amzn-requestid": "R1", "content-type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
    return Response(status, headers, body)


def client(*, fast: bool, attempts: int = 2) -> Any:
    made = SESSION.create_client(
        "dynamodb", "eu-west-1", config=Config(retries={"mode": "standard", "total_max_attempts": attempts})
    )
    if fast:
        accelerate(made, SESSION)
    return made


STOCK, FAST = client(fast=False), client(fast=True)


@pytest.fixture(autouse=True)
def _canned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where either way ends; nothing is sent."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", answer)
    monkeypatch.setattr(Connections, "post", answer)


def result(made: Any, operation: str) -> Any:
    """What a call returns or raises, as something to compare."""
    try:
        return made._make_api_call(operation, CALLS[operation])
    except ClientError as error:
        return type(error), error.response
    except (AttributeError, ResponseParserError) as error:  # of a document that is no object
        return type(error)


def both(operation: str, body: bytes, status: int = 200) -> tuple[Any, Any]:
    """What botocore makes of a response, and what the fast path does; either asks as often as the other."""
    found, asked = [], []
    for made in (STOCK, FAST):
        NEXT[:] = [(status, body)] * 2
        found.append(result(made, operation))
        asked.append(2 - len(NEXT))
    assert asked[0] == asked[1]
    return found[0], found[1]


def test_it_works() -> None:
    stock, fast = both("GetItem", b'{"Item": {"title": {"S": "Buy milk"}}}')
    assert fast == stock
    assert fast["Item"] == {"title": {"S": "Buy milk"}}
    assert (fast["ResponseMetadata"]["HTTPStatusCode"], fast["ResponseMetadata"]["RequestId"]) == (200, "R1")


@pytest.mark.parametrize("name", EVERY_TYPE)
@pytest.mark.parametrize(
    ("operation", "member"),
    [("GetItem", "Item"), ("PutItem", "Attributes"), ("UpdateItem", "Attributes"), ("DeleteItem", "Attributes")],
)
def test_every_type_is_equal(operation: str, member: str, name: str) -> None:
    stock, fast = both(operation, json.dumps({member: {name: EVERY_TYPE[name]}}).encode())
    assert fast == stock
    assert set(fast[member]) == {name}


@pytest.mark.parametrize("spaces", [None, (",", ":"), (" , ", " : ")])
def test_a_query_with_all_it_may_hold_is_equal(spaces: Any) -> None:
    document = {
        "Items": [EVERY_TYPE, {}, {"a": {"S": "B"}}],
        "Count": 3,
        "ScannedCount": 4,
        "LastEvaluatedKey": {"id": {"S": "x"}},
        "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5, "LocalSecondaryIndexes": {"i": {"CapacityUnits": 1.0}}},
    }
    for wanted in (document, {**document, "Items": [{"a": {"S": "ü"}}]}):
        stock, fast = both("Query", json.dumps(wanted, separators=spaces).encode())
        assert fast == stock
        assert fast["Count"] == 3


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"not JSON",
        b'{"Count": NaN}',
        b'{"Item": null, "Items": null}',
        b'{"New": {"S": "member"}}',
        b'{"Items": []}',
        b"[]",
        b'"text"',
        b'{"Table": {"CreationDateTime": 1.5e9}}',
    ],
)
def test_empty_and_odd_responses_are_equal(operation: str, body: bytes) -> None:
    stock, fast = both(operation, body)
    assert fast == stock


ERRORS = [
    (400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "no", "Item": EVERY_TYPE}),
    (
        400,
        {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "x",
            "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": EVERY_TYPE, "Message": "no"}],
        },
    ),
    (400, {"__type": "com.amazon.coral.validate#ValidationException", "message": "bad"}),
    (500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}),
    (301, {}),
]


@pytest.mark.parametrize(("status", "document"), ERRORS)
@pytest.mark.parametrize("operation", ["PutItem", "TransactWriteItems"])
def test_errors_are_equal_and_the_call_is_made_once(operation: str, status: int, document: dict[str, Any]) -> None:
    stock, fast = both(operation, json.dumps(document).encode(), status)
    assert fast == stock
    assert issubclass(fast[0], ClientError)


def test_a_failed_condition_brings_what_is_stored() -> None:
    _, (_, response) = both("PutItem", json.dumps(ERRORS[0][1]).encode(), 400)
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert response["Item"]["binary"] == {"B": b"\x00\xff"}


@pytest.mark.parametrize("fast", [False, True])
def test_what_botocore_retries_is_tried_again_and_counted(fast: bool) -> None:
    busy = json.dumps({"__type": "x#ProvisionedThroughputExceededException"}).encode()
    NEXT[:] = [(400, busy), (500, b""), (200, b'{"Item": {"a": {"S": "b"}}}')]
    answered = result(client(fast=fast, attempts=3), "GetItem")
    assert (answered["Item"], answered["ResponseMetadata"]["RetryAttempts"]) == ({"a": {"S": "b"}}, 2)


@pytest.mark.parametrize("fast", [False, True])
def test_a_wrong_checksum_is_tried_again(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = Response(200, {"x-amz-crc32": "1"}, b'{"Item": {"a": {"S": "damaged"}}}')
    right = b'{"Item": {"a": {"S": "b"}}}'
    responses = [damaged, Response(200, {"x-amz-crc32": str(zlib.crc32(right))}, right)]
    for kind, name in ((urllib3.HTTPConnectionPool, "urlopen"), (Connections, "post")):
        monkeypatch.setattr(kind, name, lambda *_, **__: responses.pop(0))
    assert result(client(fast=fast, attempts=2), "GetItem")["Item"] == {"a": {"S": "b"}}
    assert responses == []


values = st.recursive(
    st.one_of(
        st.text().map(lambda text: {"S": text}),
        st.integers().map(lambda number: {"N": str(number)}),
        st.booleans().map(lambda truth: {"BOOL": truth}),
        st.binary().map(lambda data: {"B": b64encode(data).decode()}),
        st.just({"NULL": True}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: {"L": items}),
        st.dictionaries(st.text(), inner, max_size=3).map(lambda items: {"M": items}),
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=4), st.booleans())
def test_any_item_is_equal(items: list[Any], ascii_only: bool) -> None:
    body = json.dumps({"Items": items, "Count": len(items)}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    stock, fast = both("Query", body)
    assert fast == stock
