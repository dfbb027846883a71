"""The first attempt of a call to DynamoDB, and what becomes of it."""

import logging
import re
import zlib
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache, partial
from http.client import HTTPException
from typing import Any, Final

import orjson
from botocore.awsrequest import AWSResponse
from botocore.exceptions import HTTPClientError
from botocore.httpsession import get_cert_path
from botocore.session import Session
from botocore.utils import get_environ_proxies

from todo_project.aws.fast_path.connection import Connections, Response, UnexpectedForm
from todo_project.aws.fast_path.signature import signed

logger = logging.getLogger(__name__)

# Operations whose responses have no timestamps or binary members of their own: only attribute values, text and numbers.
_OPERATIONS: Final = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "TransactWriteItems"})
_HEADERS: Final = frozenset({"Content-Type", "X-Amz-Target", "User-Agent"})

# Attribute values of the types B and BS are base64 in JSON and bytes in boto3. In a text the quotes would be escaped, so this
# never misses one.
_BINARY: Final = re.compile(b'"BS?"')

_result: ContextVar[AWSResponse | Exception | None] = ContextVar("result", default=None)
"""A first attempt's response or failure, until botocore asks for it."""


class FirstAttempt:
    """The first attempts of one client's calls. Threads share it."""

    def __init__(self, client: Any, session: Session) -> None:
        self._client, self._on = client, True
        self._credentials: Any = session.get_credentials()
        config = client.meta.config
        options: dict[str, Any] = {
            "connect_timeout": config.connect_timeout,
            "read_timeout": config.read_timeout,
            # As botocore's own client: the bundle of AWS_CA_BUNDLE, else certifi's or botocore's.
            "authorities": session.get_config_variable("ca_bundle") or get_cert_path(verify=True),
        }
        # By URL: DynamoDB has an endpoint of its own for some accounts.
        self._connections = lru_cache(maxsize=8)(partial(Connections, **options))

    def register(self) -> None:
        """Lets the client ask this for its first attempts, but not where a proxy is to be used or nobody can sign."""
        meta = self._client.meta
        if self._credentials is None or get_environ_proxies(meta.endpoint_url):
            return
        meta.events.register_last("before-call.dynamodb", self._make)
        meta.events.register("before-send.dynamodb", self._hand_on)

    def _make(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        """For `before-call`: the call's response and its parsed form, or None, and botocore goes on.

        :raises BotoCoreError: there are no credentials at the moment.
        """
        _result.set(None)
        if not self._on or model.name not in _OPERATIONS:
            return None
        credentials = self._credentials.get_frozen_credentials()
        try:
            response = self._send(params["url"], params["headers"], params["body"], credentials)
            parsed = _parsed(response, model.output_shape.members)
        except (OSError, HTTPException) as error:
            _result.set(HTTPClientError(error=error))
            if isinstance(error, UnexpectedForm):
                self._switch_off(error)
            return None
        except Exception as error:  # noqa: BLE001 whatever it is, the call goes botocore's way
            self._switch_off(error)
            return None
        result = AWSResponse(params["url"], response.status, response.headers, response)  # type: ignore[arg-type]
        if parsed is None:
            _result.set(result)
            return None
        return result, parsed

    def _hand_on(self, **_: Any) -> AWSResponse | None:
        """For `before-send`: the first attempt's result where it needs botocore. None for the attempts after it."""
        result = _result.get()
        _result.set(None)
        if isinstance(result, Exception):
            raise result
        return result

    def _send(self, url: str, headers: dict[str, str], body: bytes, credentials: Any) -> Response:
        if headers.keys() != _HEADERS:
            raise ValueError(f"botocore's headers are {sorted(headers)}")
        connections = self._connections(url)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        region, host = self._client.meta.region_name, connections.host
        sent = signed(headers, body, host=host, region=region, credentials=credentials, stamp=stamp)
        return connections.post(sent | {"Accept-Encoding": "identity", "Content-Length": str(len(body))}, body)

    def _switch_off(self, error: Exception) -> None:
        self._on = False
        logger.warning("The fast path to DynamoDB is off: something is not as it expects", exc_info=error)


def _parsed(response: Response, members: Any) -> dict[str, Any] | None:
    """A success as botocore would parse it, or None for what only botocore should parse."""
    body, headers = response.body, response.headers
    if response.status != 200 or _BINARY.search(body):  # noqa: PLR2004 HTTP's OK
        return None
    if "x-amz-crc32" in headers and int(headers["x-amz-crc32"]) != zlib.crc32(body):
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict):
        return None
    # As botocore: members that the service's description does not know are dropped, and so are nulls.
    parsed = {name: value for name, value in document.items() if name in members and value is not None}
    metadata = {"HTTPStatusCode": response.status, "HTTPHeaders": headers, "RetryAttempts": 0}
    if "x-amzn-requestid" in headers:
        metadata["RequestId"] = headers["x-amzn-requestid"]
    return {**parsed, "ResponseMetadata": metadata}
