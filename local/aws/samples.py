"""The to-dos and files of `manage.py demo`: 60 of them, as different as real ones are."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

LONG_NOTES: Final = "\n".join(
    f"{number:02}. {text}" for number, text in enumerate(["Ask", "Compare", "Decide", "Write it down"] * 10, 1)
)

OPEN: Final[tuple[tuple[str, int | None], ...]] = (
    ("Renew the passport", -21),
    ("Pay the electricity bill", -9),
    ("Return the library books", -4),
    ("Answer Marta's letter", -2),
    ("Repair the bicycle's rear brake", -1),
    ("Buy milk, bread and 6 eggs", 0),
    ("Call the dentist", 0),
    ("Water the tomatoes", 0),
    ("Prepare slides for Monday", 1),
    ("Backup photos to the second disk", 1),
    ("Pick up the parcel at the post office", 2),
    ("Déjeuner avec Chloé à midi", 2),
    ("Geburtstagskuchen für Jürgen bestellen", 3),
    ("Clean the coffee machine", 3),
    ("Send the invoice for May", 4),
    ("Book a train to Ljubljana", 5),
    ("牛乳を買う", 5),
    ("Проверить билеты", 6),
    ("اتصل بالمدرسة", 6),
    ("Plan the hike: huts, maps, weather", 7),
    ("Change the winter tyres", 9),
    ("Review the pull request about cursors", 9),
    ("Compare three insurance offers", 11),
    ("Sort the cellar", 13),
    ("Tax return", 18),
    ("Vaccination, second dose", 24),
    ("Invite the neighbours 🥧", 28),
    ("Summer school registration", 35),
    ("Prolong the domain", 60),
    ("Inspect the roof before winter", 120),
    ("Read “A Pattern Language”", None),
    ("Learn to sharpen a plane iron", None),
    ("Find the name of that song", None),
    ("Try the sourdough recipe", None),
    ("Sketch the garden shed", None),
    ("Write down grandfather's stories", None),
    ("Sell the old guitar", None),
    ("Watch the meteor shower", None),
    ("Ask for quotes: solar panels", None),
    ("x" * 200, None),
)
"""Titles of open to-dos, each with its due date in days from today."""

DONE: Final[tuple[tuple[str, int | None], ...]] = (
    ("Register the car", -40),
    ("Order new glasses", -33),
    ("Frame the poster", -30),
    ("Fix the dripping tap", -28),
    ("Choose a birthday present", -20),
    ("Cancel the gym", -15),
    ("Defrost the freezer", -14),
    ("Bring glass to recycling", -12),
    ("Update the phone", -8),
    ("Descale the kettle", -7),
    ("Buy stamps", -6),
    ("Wash the curtains", -5),
    ("Reply to the landlord", -3),
    ("Sign the lease", -3),
    ("Collect the keys", -1),
    ("Plant the basil", None),
    ("Unsubscribe from newsletters", None),
    ("Rename the holiday photos", None),
    ("Learn the chorus", None),
    ("Empty the inbox", 2),
)
"""The same for completed ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One to-do: the fields of its creation, what it is changed to, and its files as (name, type, content)."""

    number: int
    title: str
    due_in_days: int | None
    completed: bool
    description: str
    notes: str
    files: tuple[tuple[str, str, bytes], ...]


def samples() -> list[Sample]:
    """All 60. Every third has a description, every fifth notes, every eighth a file; one has all three files."""
    kinds = (
        ("checklist.txt", "text/plain", b"Ask, compare, decide.\n" * 20),
        ("sketch.png", "image/png", png()),
        ("offer.pdf", "application/pdf", pdf("Offer 2041, valid for 30 days")),
    )
    found = []
    last = len(OPEN) - 5
    for number, (title, due) in enumerate((*OPEN, *DONE)):
        files = kinds if number == 0 else (kinds[number // 8 % 3],) if number % 8 == 0 else ()
        found.append(
            Sample(
                number=number,
                title=title,
                due_in_days=due,
                completed=number >= len(OPEN),
                description=f"About “{title[:60]}”: what, where and with whom." if number % 3 == 0 else "",
                notes="" if number % 5 else LONG_NOTES if number == last else f"Started on a rainy day.\nStep {number}.",
                files=files,
            )
        )
    return found


def png(side: int = 96) -> bytes:
    """A square picture that runs from blue to orange, in PNG (W3C Portable Network Graphics, 8-bit RGB)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + b"".join(bytes((255 * x // side, 96 + 64 * y // side, 255 - 255 * x // side)) for x in range(side))
        for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(line: str) -> bytes:
    """One page with one line of text (without parentheses), in PDF 1.4."""
    content = f"BT /F1 24 Tf 60 760 Td ({line}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
