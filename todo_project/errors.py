"""The errors that both services raise. Each declares its HTTP status and code; `api/problems.py` writes the response.

They know no framework, so that services, repositories and gateways can raise them.
"""

from http import HTTPStatus
from typing import ClassVar


class ServiceError(Exception):
    """An error that the caller is told about. `detail` is a sentence for people and holds no internals."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    """Becomes the problem's type: `not_found` is `urn:problem:todo:not-found`."""
    detail: str
    retry_after: ClassVar[int | None] = None
    """Seconds, for the header `Retry-After`."""

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)


class NotFound(ServiceError):
    """What does not exist, and what belongs to another user: the response does not say which."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    detail = "There is nothing here that belongs to you."


class Conflict(ServiceError):
    """The request is valid, but the present state forbids it. `detail` names the limit or the state."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class StaleVersion(ServiceError):
    """`If-Match` names a version that is no longer the current one. Nothing was changed."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "stale_version"
    detail = "This was changed since you read it. Read it again and repeat your change on the new version."


class TooLarge(ServiceError):
    """`detail` names the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class Unavailable(ServiceError):
    """Something this service depends on is broken or throttled. A retry is safe."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    detail = "The service cannot reach its storage at the moment. Nothing was lost; try again shortly."
    retry_after = 1
