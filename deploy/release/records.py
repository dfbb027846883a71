"""Every good release's images, templates and page, in the bucket of stack ``bootstrap``, and what each image is made of.

So a rollback finds what to go back to, whichever computer it runs on. ``state.json`` says which release is the good one that
runs, and which run has started to change something since.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

STATE: Final = "state.json"
RELEASES: Final = "releases/"
PAGES: Final = "pages/"
SBOMS: Final = "sboms/"


@dataclass(frozen=True, slots=True)
class Release:
    """What a release put there. ``images``: by parameter; ``templates``: as deployed, by the stack's short name.

    ``accepted``: the vulnerabilities it was released with, and why.
    """

    images: Mapping[str, str]
    templates: Mapping[str, Any]
    accepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """``good``: the name of the release that passed its smoke test last, by a release or a rollback.

    ``unfinished``: the run that has started to change something since, and neither passed nor went back.
    """

    good: str | None = None
    unfinished: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """The bucket of releases, through a client of S3."""

    s3: Any
    bucket: str

    @property
    def state(self) -> State:
        return State(**json.loads(self._get(STATE))) if STATE in self._keys(STATE) else State()

    def begin(self, run: str) -> None:
        """Note that this run is about to change something."""
        self._put(STATE, json.dumps(asdict(State(self.state.good, run))).encode())

    def settle(self, good: str) -> None:
        """Note that this release runs, and passed its smoke test."""
        self._put(STATE, json.dumps(asdict(State(good))).encode())

    def add(self, release: Release, page: Path, now: datetime) -> str:
        """Keep a good release with the folder of its page, unless it is the good one already; returns its name."""
        good, content = self.state.good, _zipped(page)
        if good and self.read(good) == release and self._get(f"{PAGES}{good}") == content:
            return good
        name = f"{now:%Y%m%dT%H%M%S%fZ}"
        self._put(f"{PAGES}{name}", content)
        self._put(f"{RELEASES}{name}", json.dumps(asdict(release)).encode())
        return name

    def add_sbom(self, digest: str, make: Callable[[], bytes]) -> None:
        """Keep the bill of materials of an image, as CycloneDX. ``make`` makes it, unless it is kept already."""
        key = f"{SBOMS}{digest.removeprefix('sha256:')}.json"
        if not self._keys(key):
            self._put(key, make())

    def read(self, name: str) -> Release:
        return Release(**json.loads(self._get(f"{RELEASES}{name}")))

    def write_page(self, name: str, folder: Path) -> None:
        """Write the page of a release into a folder."""
        with zipfile.ZipFile(io.BytesIO(self._get(f"{PAGES}{name}"))) as archive:
            archive.extractall(folder)

    def before(self, name: str) -> str | None:
        """The release before this one; None without."""
        earlier = [key.removeprefix(RELEASES) for key in sorted(self._keys(RELEASES)) if key < f"{RELEASES}{name}"]
        return earlier[-1] if earlier else None

    def _keys(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def _get(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def _put(self, key: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)


def _zipped(folder: Path) -> bytes:
    """The folder's files. The same files give the same bytes: names in order, no times."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return content.getvalue()
