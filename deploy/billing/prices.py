"""The price table, deploy/prices.json: one line a thing that is charged, with its source and date."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).resolve().parent.parent / "prices.json"
REGIONS: Final = ("us-east-1", "eu-central-1")


class NoSuchPriceError(LookupError):
    """The table has no line, or no price for the region; the message names both."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one region. ``lines``: the table as it stands in the file; ``date``: of the table."""

    region: str
    date: str
    lines: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def dollars(self, name: str, quantity: float) -> float:
        """What ``quantity`` of the unit of line ``name`` costs. A price with tiers is a list of ``[up to, price]``."""
        price = self._price(name)
        if not isinstance(price, list):
            return float(price) * quantity
        total, below = 0.0, 0.0
        for up_to, each in price:
            limit = quantity if up_to is None else min(quantity, up_to)
            total += max(0.0, limit - below) * each
            below = limit
        return total

    def _price(self, name: str) -> Any:
        try:
            return self.lines[name][self.region]
        except KeyError as error:
            raise NoSuchPriceError(f"deploy/prices.json has no price of {name!r} in {self.region}: add the line.") from error


def read(region: str = REGIONS[0], file: Path = FILE) -> Prices:
    """The table's prices of a region."""
    table = json.loads(file.read_text(encoding="utf-8"))
    return Prices(region, table["date"], table["prices"])
