"""The sections of docs/scaling.md that are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.billing.fleet import milliseconds
from deploy.billing.traffic import OPERATIONS, TODO_BYTES, Load, weighted
from deploy.configuration import Configuration
from deploy.marked_sections import table
from deploy.simulation import policies as policy_numbers
from deploy.simulation.situations import SITUATIONS, Situation, outcome, rate_of_task, run, variants, whole_service

if TYPE_CHECKING:
    from deploy.simulation.policies import Policies
    from deploy.throughput import Throughput

PARTITION_READS, PARTITION_WRITES, COLLECTION_BYTES = 3_000, 1_000, 10 * 1024**3


def sections(throughput: Throughput) -> dict[str, str]:
    """Every section by name."""
    policies = policy_numbers.read(Configuration("prod"))
    return {
        "throughput": _throughput(throughput, policies),
        "steps": _steps(throughput),
        "person": _person(),
        "policies": _policies(),
        "outcomes": _outcomes(throughput, policies),
        "variants": _variants(throughput, policies),
        "jumps": _jumps(throughput),
    }


def _throughput(throughput: Throughput, policies: Policies) -> str:
    rows = [[kind, f"{cpu:.1f}", f"{1_000 / cpu:,.0f}"] for kind, cpu in throughput.cpu_ms.items()]
    for kind in ("todos", "files"):
        mean = milliseconds((kind,), throughput)
        rows.append([f"**the mix of docs/cost.md, {kind}**", f"{mean:.1f}", f"**{1_000 / mean:,.0f}**"])
    word = "Measured" if throughput.measured else "**Not measured yet.**"
    one = rate_of_task(policies, throughput)
    return "\n\n".join(
        (
            table(["request", "ms of a vCPU", "requests a second and vCPU"], rows),
            f"{word} {throughput.source}.",
            (
                f"A task of production has {policies.vcpu:g} vCPU and so answers about {one:,.0f} requests a second at most; "
                f"the policy on requests keeps it at {policies.requests_target / 60:,.0f}, the one on the processor at "
                f"{one * policies.cpu_target / 100:,.0f}: the smaller number decides."
            ),
        )
    )


def _steps(throughput: Throughput) -> str:
    """Each environment's ends, as requests a second of both services, in the order they are reached."""
    rows = []
    for environment in ("dev", "prod"):
        policies = policy_numbers.read(Configuration(environment))
        one = rate_of_task(policies, throughput)
        ends = [
            ("one task, processor full", one),
            (
                f"{policies.minimum} tasks (minimum), as the policy on requests wants it",
                policies.minimum * policies.requests_target / 60,
            ),
            (f"{policies.minimum} tasks (minimum), processors full", policies.minimum * one),
            (f"{policies.maximum} tasks (maximum), as the policy wants it", policies.maximum * policies.requests_target / 60),
            (f"{policies.maximum} tasks (maximum), processors full", policies.maximum * one),
        ]
        found = [(name, whole_service(rate)) for name, rate in ends]
        found += [("throttle of the API's stage", policies.throttle), ("default throttle of an account's APIs", 10_000.0)]
        rows += [
            [environment, name, f"{rate:,.0f}", _rough(Load(rate).users)]
            for name, rate in sorted(found, key=lambda each: each[1])
        ]
    return table(["", "end", "requests a second", "active users, were it the average"], rows, 2)


def _rough(count: float) -> str:
    """Two digits that count."""
    return f"{float(f'{count:.1e}'):,.0f}"


def _person() -> str:
    """What one partition of the table, and so one person, can do."""
    rows = []
    for each in OPERATIONS:
        limits = [PARTITION_READS / each.reads] if each.reads else []
        limits += [PARTITION_WRITES / each.writes] if each.writes else []
        rows.append([each.name, f"{min(limits):,.0f}"])
    most = COLLECTION_BYTES / (2 * TODO_BYTES)
    mean = f"{weighted('reads'):.1f} reads and {weighted('writes'):.2f} writes"
    thousand = f"{1_000 * weighted('reads'):,.0f} read and {1_000 * weighted('writes'):,.0f} write units"
    return "\n\n".join(
        (
            table(["of one person, without anything else", "requests a second"], rows),
            f"Ten GB are about {most / 1e6:.1f} million to-dos of one person.",
            f"The mix takes {mean} a request: a thousand requests a second need {thousand}.",
        )
    )


def _policies() -> str:
    rows = []
    both = [policy_numbers.read(Configuration(environment)) for environment in ("dev", "prod")]
    for name, unit in (
        ("minimum", "tasks"),
        ("maximum", "tasks"),
        ("vcpu", "vCPU a task"),
        ("cpu_target", "percent"),
        ("requests_target", "requests a minute and task"),
        ("out_cooldown", "seconds"),
        ("in_cooldown", "seconds"),
        ("passing_check", "seconds until a healthy task gets requests"),
        ("throttle", "requests a second, API"),
        ("burst", "requests at once, API"),
    ):
        rows.append([f"`{name}`", unit, *(f"{getattr(each, name):g}" for each in both)])
    return table(["number", "unit", "dev", "prod"], rows, 2)


def _line(policies: Policies, throughput: Throughput, situation: Situation) -> list[str]:
    found = outcome(run(policies, throughput, situation))
    first = "—" if found.first_help is None else f"{found.first_help / 60:.1f}"
    parts = (f"{found.worst_wait:.1f}", f"{100 * found.lost:.1f}", f"{100 * found.throttled:.1f}")
    return [str(found.peak_tasks), first, *parts, f"{found.task_hours:.1f}"]


HEAD = ["tasks, most", "first help after min", "longest wait s", "given up %", "throttled %", "task-hours"]


def _outcomes(throughput: Throughput, policies: Policies) -> str:
    return table(["situation", *HEAD], [[each.title, *_line(policies, throughput, each)] for each in SITUATIONS])


def _variants(throughput: Throughput, policies: Policies) -> str:
    front_page = next(each for each in SITUATIONS if each.name == "front-page")
    rows = [[name, *_line(each, throughput, front_page)] for name, each in variants(policies)]
    return table(["the front page, with", *HEAD], rows)


def _jumps(throughput: Throughput) -> str:
    rows = []
    for environment in ("dev", "prod"):
        policies = policy_numbers.read(Configuration(environment))
        able = whole_service(policies.minimum * rate_of_task(policies, throughput))
        rows.append([environment, str(policies.minimum), f"{min(able, policies.throttle):,.0f}"])
    return table(["", "tasks at least", "jump to, requests a second, without a queue"], rows)
