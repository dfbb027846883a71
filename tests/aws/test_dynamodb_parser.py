"""DynamoDB's answers as they stand: equal to what botocore's own parser makes of them, whatever they are."""

import json
from base64 import b64encode
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError, create_parser
from hypothesis import given
from hypothesis import strategies as st

from todo_project.aws import sdk
from todo_project.aws.fast_path import parser as dynamodb_parser

MODEL = sdk.session().get_service_model("dynamodb")
OPERATIONS = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "TransactWriteItems"]
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


class Raw:
    """The socket's end of an answer."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.body


def answer(body: bytes, status: int = 200) -> dict[str, Any]:
    return {
        "status_code": status,
        "headers": {"x-amzn-RequestId": "R1", "Content-Type": "application/x-amz-json-1.0"},
        "body": body,
    }


def both(operation: str, body: bytes, status: int = 200) -> tuple[Any, Any]:
    """What botocore makes of an answer, and what we make of it."""
    shape = MODEL.operation_model(operation).output_shape
    stock = create_parser("json").parse(answer(body, status), shape)
    return stock, dynamodb_parser.Factory().create_parser("json").parse(answer(body, status), shape)


def test_it_works() -> None:
    body = json.dumps({"Item": {"title": {"S": "Buy milk"}}}).encode()
    stock, ours = both("GetItem", body)
    assert ours == stock
    assert ours["Item"] == {"title": {"S": "Buy milk"}}
    assert ours["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("name", EVERY_TYPE)
@pytest.mark.parametrize(
    ("operation", "member"),
    [("GetItem", "Item"), ("PutItem", "Attributes"), ("UpdateItem", "Attributes"), ("DeleteItem", "Attributes")],
)
def test_every_type_is_equal(operation: str, member: str, name: str) -> None:
    stock, ours = both(operation, json.dumps({member: {name: EVERY_TYPE[name]}}).encode())
    assert ours == stock


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
        stock, ours = both("Query", json.dumps(wanted, separators=spaces).encode())
        assert ours == stock


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"not JSON", b'{"Count": NaN}', b'{"Item": null, "Items": null}', b'{"New": {"S": "member"}}', b'{"Items": []}'],
)
def test_empty_and_odd_answers_are_equal(operation: str, body: bytes) -> None:
    stock, ours = both(operation, body)
    assert ours == stock


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"'])
def test_what_is_no_object_fails_as_it_does_in_botocore(body: bytes) -> None:
    shape = MODEL.operation_model("GetItem").output_shape
    for parser in (create_parser("json"), dynamodb_parser.Factory().create_parser("json")):
        with pytest.raises((AttributeError, ResponseParserError)):
            parser.parse(answer(body), shape)


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
]


@pytest.mark.parametrize(("status", "document"), ERRORS)
def test_errors_are_equal(status: int, document: dict[str, Any]) -> None:
    stock, ours = both("PutItem", json.dumps(document).encode(), status)
    assert ours == stock


def test_other_operations_keep_their_richer_types() -> None:
    stock, ours = both("DescribeTable", b'{"Table": {"CreationDateTime": 1.5e9}}')
    assert ours == stock
    assert ours["Table"]["CreationDateTime"].year == 2017


def client(answers: list[tuple[int, bytes]], *, ours: bool) -> Any:
    """A client whose attempts get these answers, one after the other."""
    session = sdk.session()
    if ours:
        session.register_component("response_parser_factory", dynamodb_parser.Factory())
    made = session.create_client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )
    left = list(answers)

    def send(**_: Any) -> AWSResponse:
        status, body = left.pop(0)
        return AWSResponse("https://x", status, {"x-amzn-requestid": "R"}, Raw(body))  # type: ignore[arg-type]

    made.meta.events.register("before-send.dynamodb", send)
    return made


@pytest.mark.parametrize("ours", [False, True])
def test_a_retry_happens_and_is_counted(ours: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    busy = json.dumps({"__type": "x#ProvisionedThroughputExceededException"}).encode()
    answers = [(400, busy), (500, b""), (200, b'{"Item": {"a": {"S": "b"}}}')]
    answered = client(answers, ours=ours).get_item(TableName="t", Key={"a": {"S": "b"}})
    assert answered["Item"] == {"a": {"S": "b"}}
    assert answered["ResponseMetadata"]["RetryAttempts"] == 2


@pytest.mark.parametrize("ours", [False, True])
def test_a_failed_condition_brings_what_is_stored(ours: bool) -> None:
    with pytest.raises(ClientError) as failure:
        client([(400, json.dumps(ERRORS[0][1]).encode())], ours=ours).put_item(TableName="t", Item={})
    assert failure.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert failure.value.response["Item"]["binary"] == {"B": b"\x00\xff"}  # type: ignore[typeddict-item]


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
    stock, ours = both("Query", body)
    assert ours == stock
