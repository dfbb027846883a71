from typing import Any


def table(results: dict[str, Any]) -> list[str]:
    from statistics import median

    out = []
    for work, rows in results["table"].items():
        for name, runs in rows.items():
            r = {k: median(x[k] for x in runs) for k in runs[0]}
            ratio = median(a["rate"] / b["rate"] for a, b in zip(rows["this project"], runs))
            cratio = median(b["cpu"] / a["cpu"] for a, b in zip(rows["this project"], runs))
            out.append(
                f"{work:18s} {name:20s} {r['rate']:8.0f}/s p50 {r['p50']:6.1f} p99 {r['p99']:6.1f} cpu {r['cpu']:.2f} ms  ours/this {ratio:.2f} cpu {cratio:.2f}"
            )
    return out


def write(r):
    pass
