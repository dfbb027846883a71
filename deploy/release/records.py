"""Every good release's images, templates and page, in the bucket of stack ``bootstrap``.

So whoever goes back, from whichever machine, finds what to go back to. ``state.json`` says which release is the good one
that runs, and which run has begun to change something since.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

STATE: Final = "state.json"
RELEASES: Final = "releases/"
PAGES: Final = "pages/"


@dataclass(frozen=True, slots=True)
class Release:
    """What a release put there. ``images``: by parameter; ``templates``: as deployed, by the stack's short name."""

    images: Mapping[str, str]
    templates: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """``good``: the name of the release that passed its smoke test last, by a release or a rollback.

    ``unfinished``: the run that has begun to change something since, and neither passed nor went back.
    """

    good: str | None = None
    unfinished: str | None = None


class Records:
    """The bucket of releases, through a client of S3."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    @property
    def state(self) -> State:
        return State(**json.loads(self._get(STATE))) if self._exists(STATE) else State()

    def begin(self, run: str) -> None:
        """Note that this run is about to change something."""
        self._put_state(State(self.state.good, run))

    def settle(self, good: str) -> None:
        """Note that this release runs, and passed its smoke test."""
        self._put_state(State(good))

    def add(self, release: Release, page: Path, now: datetime) -> str:
        """Keep a good release with the folder of its page, unless it is the good one already; returns its name."""
        good = self.state.good
        if good and self.read(good) == release and self._page(good) == _files(page):
            return good
        name = f"{now:%Y%m%dT%H%M%S%fZ}"
        for key, content in _files(page).items():
            self._put(f"{PAGES}{name}/{key}", content)
        self._put(f"{RELEASES}{name}", json.dumps(asdict(release)).encode())
        return name

    def read(self, name: str) -> Release:
        return Release(**json.loads(self._get(f"{RELEASES}{name}")))

    def write_page(self, name: str, folder: Path) -> None:
        """Write the page of a release into a folder."""
        for key, content in self._page(name).items():
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def before(self, name: str) -> str | None:
        """The newest release before this one that had other images."""
        images = self.read(name).images
        earlier = sorted(each for each in self._names(RELEASES) if each < name)
        return next((each for each in reversed(earlier) if self.read(each).images != images), None)

    def _page(self, name: str) -> dict[str, bytes]:
        folder = f"{PAGES}{name}/"
        return {key: self._get(f"{folder}{key}") for key in self._names(folder)}

    def _names(self, prefix: str) -> Iterator[str]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            yield from (item["Key"].removeprefix(prefix) for item in page.get("Contents", []))

    def _exists(self, key: str) -> bool:
        return "" in self._names(key)

    def _get(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _put(self, key: str, content: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    def _put_state(self, state: State) -> None:
        self._put(STATE, json.dumps(asdict(state)).encode())


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
