"""What people have: days from today on, pictures, a list such as somebody has."""

import struct
import zlib
from datetime import date, timedelta

from tests.web.people import Person


def day(offset: int) -> str:
    """That many days from today."""
    today = date.today()  # noqa: DTZ011 the visitor's day, and the browser's clock is this computer's
    return (today + timedelta(days=offset)).isoformat()


def picture(red: int, green: int, blue: int, side: int = 64) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes((red, green, blue)) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def furnish(alice: Person) -> str:
    """A list such as somebody has; returns the id of a to-do with everything."""
    alice.add("Renew the passport", dateDue=day(-4), notes="Photos are in the drawer.")
    alice.add("Water the plants on the balcony, the ficus too")
    full = alice.add(
        "Send the invoice to Marta",
        dateDue=day(0),
        description="For the two workshops in October",
        notes="IBAN is in the contract.\nAsk for the PO number before sending.",
    )
    alice.add("Book the dentist", dateDue=day(1))
    alice.add("Plan the team offsite", dateDue=day(9), description="Two days in spring, somewhere by train")
    alice.add("Return the library books", dateDue=day(-1), completed=True)
    alice.attach(full["todoID"], "contract.pdf", b"%PDF-1.4 " + b"x" * 250_000, "application/pdf")
    alice.attach(full["todoID"], "workshop.png", picture(28, 106, 87, side=480), "image/png")
    return str(full["todoID"])
