"""Plots of a run as SVG: load, tasks, waiting, one below the other. The numbers of the policies stand in the file."""

from __future__ import annotations

from math import ceil, log10
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.simulation.model import Second
    from deploy.simulation.policies import Policies

WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 860, 150, 64, 16, 44, 42
STEP: Final = 10
"""Seconds between two points: a curve has no more than the screen."""
COLOURS: Final = {"offered": "#1f6feb", "refused": "#d1242f", "running": "#1a7f37", "desired": "#9a6700", "wait": "#8250df"}
STEPS: Final = (1, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 4, 6, 8, 10)
"""Where an axis may end: a quarter of each has few digits."""

Curve = tuple[str, str, list[float]]


def plot(title: str, series: Sequence[Second], policies: Policies) -> str:
    """The SVG's text."""
    points = series[::STEP]
    panels: tuple[tuple[str, tuple[Curve, ...]], ...] = (
        (
            "requests a second",
            (
                ("offered", "offered", [each.offered for each in points]),
                ("refused", "throttled or given up", [each.throttled + each.lost for each in points]),
            ),
        ),
        (
            "tasks",
            (
                ("desired", "desired", [float(each.desired) for each in points]),
                ("running", "answering", [float(each.running) for each in points]),
            ),
        ),
        ("seconds in the queue", (("wait", "of a request that arrives now", [each.wait for each in points]),)),
    )
    height = TOP + len(panels) * (PANEL + GAP)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f"<desc>{policies.as_text()}</desc>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="15" fill="#1f2328">{escape(title)}</text>',
    ]
    for number, (name, curves) in enumerate(panels):
        body += _panel(TOP + number * (PANEL + GAP), name, curves, last=number == len(panels) - 1)
    return "\n".join([*body, "</svg>", ""])


def _panel(top: float, name: str, curves: tuple[Curve, ...], *, last: bool) -> list[str]:
    highest = _round_up(max(1.0, *(value for _, _, values in curves for value in values)))
    bottom, right = top + PANEL, WIDTH - RIGHT
    parts = [f'<text x="{LEFT}" y="{top - 5:g}" fill="#1f2328">{escape(name)}</text>']
    for part in range(5):
        y = bottom - PANEL * part / 4
        parts.append(f'<line x1="{LEFT}" y1="{y:g}" x2="{right}" y2="{y:g}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end" fill="#57606a">{highest * part / 4:,g}</text>')
    count = len(curves[0][2])
    for minute in range(0, count * STEP // 60 + 1, 15):
        x = LEFT + (right - LEFT) * minute * 60 / STEP / count
        label = f"{minute} min" if last else f"{minute}"
        anchor = "end" if x > right - 1 else "middle"
        parts.append(f'<text x="{x:g}" y="{bottom + 16:g}" text-anchor="{anchor}" fill="#57606a">{label}</text>')
    for number, (colour, label, values) in enumerate(curves):
        line = " ".join(
            f"{LEFT + (right - LEFT) * at / count:.1f},{bottom - PANEL * value / highest:.1f}" for at, value in enumerate(values)
        )
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[colour]}" stroke-width="2"/>')
        parts.append(
            f'<text x="{right - 190 * number}" y="{top - 5:g}" text-anchor="end" fill="{COLOURS[colour]}">{escape(label)}</text>'
        )
    return parts


def _round_up(value: float) -> float:
    """The next number an axis may end at, divided by four without a rest that needs many digits."""
    power = 10.0 ** int(log10(value))
    return next(step * power for step in STEPS if step * power >= value) if value > 4 else float(ceil(value))  # noqa: PLR2004
