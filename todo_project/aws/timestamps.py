"""Moments as they are stored and shown."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present in UTC with milliseconds, the precision that is stored and shown."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """`2026-11-23T09:44:02.123Z`: always the same width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def latest_first(moment: datetime) -> str:
    """Text that sorts later moments first: 13 digits, milliseconds counted down."""
    return f"{9_999_999_999_999 - int(moment.timestamp() * 1000):013d}"
