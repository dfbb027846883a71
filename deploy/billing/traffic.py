"""The traffic a month is computed for: what people do, what each request costs in units, how much they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOURS: Final = 730
SECONDS: Final = HOURS * 3_600

REQUESTS_OF_USER: Final = 600
"""API requests an active user makes a month: 20 a day. It turns requests a second into users, and so decides Cognito's line."""
TODOS_OF_USER: Final = 200
TODO_BYTES: Final = 600
"""A to-do as an item; stored twice, since the list index holds all attributes."""
ATTACHMENT_MB: Final = 0.4
MONTHS_OF_ATTACHMENTS: Final = 12
DOWNLOADS: Final = 5
"""Attachments fetched from S3 for every thousand API requests."""
SITE_LOADS: Final = 30
"""Page loads for every thousand API requests, of SITE_FILES files and SITE_KB in all where the browser has no copy."""
SITE_FILES, SITE_KB = 4, 110
LOG_BYTES: Final = {"service": 610, "access": 520}
"""A line of a service's log, and one of the API's access log; 26 of each are CloudWatch's own."""
METRICS_BYTES: Final = 265
"""The part of a service's line that describes its metrics."""
FLOW_RECORD_BYTES: Final = 120
OBJECT_LOG_BYTES: Final = 150
"""Of the load balancer's, the distribution's and the buckets' access logs together for a request, compressed."""
LOG_COMPRESSION: Final = 0.15
IMAGES_GB: Final = 3.0
"""Fifty releases of two images: they share all layers but the last."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A kind of request. ``share``: of a thousand; ``reads``/``writes``: DynamoDB request units; ``answer`` in bytes.

    ``work``: whose processor time it takes (deploy/throughput.json), ``times`` as much; "list of 50" lies between two measured.
    """

    name: str
    service: str
    share: int
    reads: float
    writes: float
    answer: int
    work: str
    times: float = 1.0


OPERATIONS: Final = (
    Operation("list, a page of 50", "todos", 450, 8, 0, 27_000, "list of 50"),
    Operation("search a word in 200 to-dos", "todos", 30, 30, 0, 3_000, "list of 100", 2),
    Operation("read one", "todos", 150, 1, 0, 700, "read one"),
    Operation("create", "todos", 120, 0, 2, 700, "create"),
    Operation("change text", "todos", 70, 0, 2, 700, "create"),
    Operation("complete, or move to another day", "todos", 70, 1, 3, 700, "create"),
    Operation("to the trash, and its purge later", "todos", 40, 1, 7, 0, "create"),
    Operation("list files", "files", 60, 2, 0, 2_000, "list of 20 files"),
    Operation("reserve an upload", "files", 5, 0, 5, 1_500, "create"),
    Operation("complete an upload", "files", 5, 1, 9, 800, "create"),
)
"""Units by the rules of DynamoDB: 4 KB a consistent read, 1 KB a write; the list index is written with its table, twice where
the place in the list changes; a transaction costs double, and its condition check counts as a write."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second, as a month's average, with what follows from it for a month."""

    rate: float

    @property
    def requests(self) -> float:
        return self.rate * SECONDS

    @property
    def users(self) -> float:
        """Active users of the month."""
        return self.requests / REQUESTS_OF_USER

    @property
    def answer_gb(self) -> float:
        return self.requests * weighted("answer") / 1e9

    @property
    def table_gb(self) -> float:
        return self.users * TODOS_OF_USER * 2 * TODO_BYTES / 1e9

    @property
    def uploads(self) -> float:
        return self.requests * next(each.share for each in OPERATIONS if each.name == "complete an upload") / 1_000

    @property
    def downloads(self) -> float:
        return self.requests * DOWNLOADS / 1_000

    @property
    def attachments_gb(self) -> float:
        return self.uploads * ATTACHMENT_MB / 1_000 * MONTHS_OF_ATTACHMENTS

    @property
    def site_loads(self) -> float:
        return self.requests * SITE_LOADS / 1_000


IDLE: Final = Load(0)
LOADS: Final = (Load(1), Load(100), Load(1_000))


def weighted(field: str) -> float:
    """The mean of a field of the operations over all requests."""
    return float(sum(getattr(each, field) * each.share for each in OPERATIONS)) / 1_000


def share_of(services: tuple[str, ...]) -> float:
    """The part of all requests that these services answer, 0 to 1."""
    return sum(each.share for each in OPERATIONS if each.service in services) / 1_000
