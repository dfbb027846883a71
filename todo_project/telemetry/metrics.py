"""The part of a log line that makes metrics of it: CloudWatch's embedded metric format.

CloudWatch Logs reads the member `_aws` of a line and makes data points of the members it names; no call goes out for it.
Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format". docs/reference/observability.md lists the metrics.

A custom metric costs by the month for each name and combination of dimensions that appears. So there are two sets of dimensions,
routes are templates from a closed list, a count that is zero is not named (but for `calls`), and the number of requests is the
number of samples of `ms`.
"""

import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

OTHER: Final = "other"
"""The route of all requests for which there is no route: whatever strangers try is one value."""

_METHODS: Final = frozenset({"GET", "POST", "PATCH", "DELETE"})
_NO_SUCH_METHOD: Final = 405
_PLACE: Final = re.compile(r"(?<!P)<(?:\w+:)?(\w+)>")  # not those of regular expressions, which local settings have

UNITS: Final = {"ms": "Milliseconds"}
"""Of all other metrics: Count."""

BY_SERVICE: Final = (("service",),)
BY_ROUTE: Final = (("service",), ("service", "route"))


def route_of(method: str, template: str | None, status: int) -> str:
    """Method and route, as API Gateway's access log has it: `GET /api/{owner}/todos/{todoID}`."""
    if template is None or status == _NO_SUCH_METHOD or method not in _METHODS:
        return OTHER
    return _named(method, template)


@lru_cache(maxsize=256)
def _named(method: str, template: str) -> str:
    """Django's template with the names of the API's places: the first one is the owner, be it a user or a to-do."""
    owned = _PLACE.sub("{owner}", template, count=1)
    named = _PLACE.sub(lambda place: "{" + place[1].replace("_id", "ID") + "}", owned)
    return f"{method} /{named}"


def described(dimensions: tuple[tuple[str, ...], ...], names: Iterable[str]) -> dict[str, Any]:
    """What a line says of its metrics: a line with `{"_aws": …}`, or nothing where metrics are switched off.

    The line must have each of `names` as a number and each dimension as a text.
    """
    if not settings.METRICS_NAMESPACE:
        return {}
    metrics = [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in names]
    directive = {"Namespace": settings.METRICS_NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}}
