"""The report of a rehearsal, for people: one table a stage."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.table import Column, Table

from deploy import adapted
from deploy.rehearsal.privileges import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from deploy.rehearsal.account import Account
    from deploy.rehearsal.containers import Container, RunningContainer
    from deploy.rehearsal.deployed import Created
    from deploy.rehearsal.privileges import Finding
    from tests.journey import Step

COLOURS: Final = {Verdict.USED: "green", Verdict.NOT_USED: "red"}

UNPROVEN: Final = (
    "the network: security groups, NACLs, routes and endpoints are created as far as the list above goes, not enforced",
    "images, ECS itself (placement, deployments, health replacement), scaling and alarms: nothing runs or measures there",
    "TLS, WAF rules, throttling and the answers' headers behind the HTTP API, which the embedded one drops",
)
"""What no run here can show; docs/reference/infrastructure.md lists what needs an account."""


def deployment(console: Console, created: Sequence[Created]) -> None:
    """How many resources of how many were created, and why the others were not."""
    numbers = ("resources", "created", "not asked for", "left out")
    table = Table("stack", *(Column(name, justify="right") for name in numbers), title="Deployed", title_justify="left")
    for each in created:
        table.add_row(each.stack, str(each.total), str(each.created), str(each.not_asked_for), str(len(each.left_out)))
    total, made = sum(each.total for each in created), sum(each.created for each in created)
    asked = total - sum(each.not_asked_for for each in created)
    table.add_section()
    table.add_row("all", str(total), str(made), str(total - asked), str(asked - made))
    console.print(table)
    console.print(f"{made} of {asked} resources were created. Left out, with the reason:")
    for line in _reasons(created):
        console.print(f"  {escape(line)}")
    console.print("Said in other words, with the same meaning:")
    for resource_type, reason in adapted.REASONS.items():
        console.print(f"  {resource_type.removeprefix('AWS::')}: {escape(reason)}")


def containers(console: Console, account: Account, running: Iterable[RunningContainer], purge: Container) -> None:
    """What runs, as which role, where."""
    table = Table("container", "command", "role", "address", title="Running", title_justify="left")
    for each in running:
        role = _named(account, each.container.role_arn.rsplit("/", 1)[1])
        table.add_row(each.container.name, " ".join(each.container.command), role, each.url)
    role = _named(account, purge.role_arn.rsplit("/", 1)[1])
    table.add_row(purge.name, " ".join(purge.command), role, "when the schedule starts it")
    console.print(table)


def step(console: Console, taken: Step) -> None:
    """One step of the journey, as soon as it is taken."""
    mark = "[red]failed[/]" if taken.error else "[green]ok[/]    "
    console.print(f"  {mark} {taken.seconds:6.2f} s  {escape(taken.name)}")
    if taken.error:
        console.print(f"         {escape(taken.error)}", style="red")


def privileges(console: Console, account: Account, found: Sequence[Finding]) -> None:
    """Every permission of every role, and what fails without it."""
    table = Table("role", "action", "resource", "verdict", "without it", title="Least privilege", title_justify="left")
    for each in found:
        permission = each.permission
        table.add_row(
            _named(account, each.role),
            permission.action,
            _named(account, permission.resource.split(":", 5)[-1]),
            f"[{COLOURS[each.verdict]}]{each.verdict}[/]",
            escape(each.evidence),
        )
    console.print(table)
    counts = Counter(each.verdict for each in found)
    console.print(f"{len(found)} permissions: {counts[Verdict.USED]} used, {counts[Verdict.NOT_USED]} not used.")


def unproven(console: Console) -> None:
    """What the rehearsal does not show."""
    console.print("Not shown here:")
    for line in UNPROVEN:
        console.print(f"  {line}")


def _named(account: Account, text: str) -> str:
    """The text with logical ids, which people know, in place of the physical ids of roles, tables and buckets."""
    known = {name: value for stack in ("data", "services", "purge") for name, value in account.stack(stack).physical_ids.items()}
    # The longest first: one name may begin with another one.
    for logical_id, physical_id in sorted(known.items(), key=lambda item: -len(item[1])):
        text = text.replace(physical_id, logical_id)
    return text


def _reasons(created: Iterable[Created]) -> list[str]:
    """Lines of ``reason: what``, resources of one type and reason counted together."""
    grouped: dict[str, Counter[str]] = {}
    for each in created:
        for resource_type, reason in each.left_out:
            grouped.setdefault(reason, Counter())[resource_type.removeprefix("AWS::")] += 1
    return [f"{reason}: {_counted(types)}" for reason, types in grouped.items()]


def _counted(types: Mapping[str, int]) -> str:
    return ", ".join(f"{number} x {name}" if number > 1 else name for name, number in types.items())
