"""The service "todos" with one of its parts replaced by what the libraries do, and cut off at several depths.

The environment variable BENCH_WITHOUT names the part that is replaced. `python -m bench.parts` calls the service itself, without a
server and in one thread, so that there is little noise. It reads a request a line, as JSON with the fields of
`bench.load.Request`, and writes what each response takes: `{"cpu": milliseconds, "bytes": …}`.

gunicorn can run `bench.parts` in place of `todo_project.wsgi`. `/bench/server`, `/bench/django` and `/bench/drf` are served by the
server alone, by Django, and by Django REST framework.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.parsers import create_parser
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from todo_project.aws import dynamodb, sdk
from todo_project.aws.fast_path import attempt, connection
from todo_project.wsgi import application as service

# Their imports read Django's settings.
from todo_project.api import authentication, renderers, serializers  # isort: skip
from todo_project.urls import todos as urls  # isort: skip

SECONDS: Final = 0.05
"""For which each request is repeated."""
_PARSER: Final = create_parser("json")


def _sign_as_botocore(headers: dict[str, str], body: bytes, *, host: str, region: str, credentials: Any, **_: Any) -> Any:
    request = AWSRequest("POST", f"https://{host}/", headers=headers, data=body)
    SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    return {**request.headers, "Host": host}


class _Pool:
    """urllib3's connections, which botocore uses."""

    def __init__(self, url: str, **_: Any) -> None:
        self.host = urlsplit(url).netloc
        self._pool = urllib3.connection_from_url(url, maxsize=50)

    def post(self, headers: dict[str, str], body: bytes) -> connection.Response:
        found = self._pool.urlopen("POST", "/", body=body, headers=headers, retries=False)
        return connection.Response(found.status, {name.lower(): value for name, value in found.headers.items()}, found.data)


@cache
def _output_shape(operation: str) -> Any:
    return sdk.core().get_service_model("dynamodb").operation_model(operation).output_shape


def _parse_as_botocore(response: Any, _: Any) -> Any:
    plain = {"status_code": response.status, "headers": response.headers, "body": response.body}
    known = {b'{"Items"': "Query", b'{"Item":': "GetItem"}
    return _PARSER.parse(plain, _output_shape(known.get(response.body[:8], "PutItem")))


def _check_parameters() -> None:
    dynamodb.CONFIG = dynamodb.CONFIG.merge(Config(parameter_validation=True))


WITHOUT: Final[dict[str, Callable[[], Any]]] = {
    "": lambda: None,
    "fast path: signature": lambda: setattr(attempt, "signed", _sign_as_botocore),
    "fast path: connection": lambda: setattr(attempt, "Connections", _Pool),
    "fast path: JSON as it is": lambda: setattr(attempt, "_parsed", _parse_as_botocore),
    "verified tokens": lambda: setattr(
        authentication, "verify", lambda token: authentication._principal(authentication._claims(token))
    ),
    "input fields made once": lambda: setattr(serializers, "_made_once", serializers._made_once.__wrapped__),
    "orjson in responses": lambda: setattr(renderers.OrjsonRenderer, "render", JSONRenderer.render),
    "no check of parameters": _check_parameters,
}
WITHOUT[os.environ.get("BENCH_WITHOUT", "")]()


def _in_django(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


class _InDRF(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


urls.urlpatterns += [path("bench/django", _in_django), path("bench/drf", _InDRF.as_view())]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/bench/server":
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]
    return service(environ, start_response)


def called(method: str, path: str, authorization: str, body: str, encoding: str) -> dict[str, float]:
    """What a response takes, on average of those in SECONDS.

    :raises RuntimeError: the service refuses the request.
    """
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
    }
    environ |= {"HTTP_HOST": "127.0.0.1", "HTTP_AUTHORIZATION": authorization, "HTTP_ACCEPT_ENCODING": encoding}
    environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))} if body else {}
    statuses: set[str] = set()
    responses = size = 0
    used, until = time.process_time(), time.monotonic() + SECONDS
    while time.monotonic() < until:
        response: Any = service({**environ, "wsgi.input": BytesIO(body.encode())}, lambda status, *_: statuses.add(status[:1]))
        size += sum(map(len, response))
        response.close()
        responses += 1
    if statuses != {"2"}:
        raise RuntimeError(f"the statuses of {method} {path} start with {statuses}")
    return {"cpu": (time.process_time() - used) / responses * 1000, "bytes": size / responses}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(called(**json.loads(line))), flush=True)
