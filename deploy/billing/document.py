"""The sections of docs/cost.md that are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deploy.billing import inventory as inventories
from deploy.billing import prices as price_table
from deploy.billing import traffic
from deploy.billing.bill import service_log_gb, total
from deploy.billing.fleet import fleet, milliseconds
from deploy.billing.savings import SAVINGS, Case, largest
from deploy.billing.traffic import HOURS, IDLE, LOADS, OPERATIONS, Load
from deploy.configuration import Configuration, combinations
from deploy.marked_sections import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.throughput import Throughput

ALL: Final = (IDLE, *LOADS)
GROUPS: Final = ("tasks", "network", "fixed", "seeing", "requests", "data", "sign-in")
DEV, PROD = Configuration("dev"), Configuration("prod")


def sections(region: str, throughput: Throughput) -> dict[str, str]:
    """Every section by name, for the region the document is about."""
    prices = price_table.read(region)

    def case(configuration: Configuration, load: Load) -> Case:
        return Case(inventories.take(configuration), load, prices, throughput)

    return {
        "months": _months(case),
        "groups": _groups(case),
        "layouts": _layouts(case),
        "network": _network(case),
        "savings": _savings(case),
        "biggest": _biggest(case),
        "traffic": _traffic(throughput),
        "regions": _regions(throughput),
        "prices": _prices(prices),
    }


def dollars(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.2f}"  # noqa: PLR2004  cents matter below ten dollars


def _loads(first: str) -> list[str]:
    return [first, "idle", *(f"{load.rate:,.0f} a second" for load in LOADS)]


def _total(case: Case) -> str:
    """Dollars; a dash where the API's throttle lets less through."""
    if case.load.rate > case.inventory.requests_per_second:
        return "—"
    mark = " ¹" if case.load.rate == case.inventory.requests_per_second else ""
    return dollars(total(case.lines)) + mark


def _months(case: Callable[[Configuration, Load], Case]) -> str:
    rows = [
        [f"{each.environment}, {each.capacity}, {each.task_layout}", *(_total(case(each, load)) for load in ALL)]
        for each in combinations()
    ]
    return table(_loads("dollars a month"), rows)


def _groups(case: Callable[[Configuration, Load], Case]) -> str:
    parts = []
    for configuration, loads in ((PROD, ALL), (DEV, ALL[:2])):
        bills = [case(configuration, load).lines for load in loads]
        rows = [
            [group, *(dollars(sum(line.dollars for line in lines if line.group == group)) for lines in bills)] for group in GROUPS
        ]
        rows.append(["**all**", *(f"**{dollars(total(lines))}**" for lines in bills)])
        parts.append(table(_loads(f"{configuration.environment}, dollars a month")[: len(loads) + 1], rows))
    idle = case(PROD, IDLE).lines
    lines = sorted(idle, key=lambda line: -line.dollars)[:6]
    listed = ", ".join(f"{line.what} ${dollars(line.dollars)}" for line in lines)
    return "\n\n".join([*parts, f"The largest lines of an idle production: {listed}."])


def _layouts(case: Callable[[Configuration, Load], Case]) -> str:
    rows = []
    for capacity in ("fargate", "ec2"):
        for layout in ("shared", "independent"):
            cells = []
            for load in ALL:
                each = case(Configuration("prod", capacity, layout), load)
                running = fleet(each.inventory, load, each.throughput)
                amount = sum(line.dollars for line in each.lines if line.group == "tasks")
                count = running.machines or sum(running.tasks.values())
                cells.append(f"{dollars(amount)} ({count} {'machines' if running.machines else 'tasks'})")
            rows.append([f"{capacity}, {layout}", *cells])
    return table(_loads("tasks and machines of prod, dollars a month"), rows)


def _network(case: Callable[[Configuration, Load], Case]) -> str:
    parts = []
    for configuration in (DEV, PROD):
        inventory, prices = case(configuration, IDLE).inventory, case(configuration, IDLE).prices
        gateways = prices.dollars("nat-hour", inventory.nat_gateways * HOURS)
        gateways += prices.dollars("address-hour", inventory.addresses * HOURS)
        endpoints = prices.dollars("endpoint-hour", inventory.endpoint_zones * HOURS)
        one_more = prices.dollars("endpoint-hour", inventory.endpoint_zones / inventory.endpoints * HOURS)
        dearer = prices.dollars("nat-gb", 1) - prices.dollars("endpoint-gb", 1)
        loads = ALL if configuration.is_production else ALL[:2]
        gb = [service_log_gb(load) for load in loads]
        rows = [
            ["as built: both", *(dollars(gateways + endpoints + prices.dollars("endpoint-gb", each)) for each in gb)],
            ["NAT gateways alone", *(dollars(gateways + prices.dollars("nat-gb", each)) for each in gb)],
            [
                "endpoints alone, one more for Cognito's keys",
                *(dollars(endpoints + one_more + prices.dollars("endpoint-gb", each)) for each in gb),
            ],
        ]
        parts.append(table(_loads(f"{configuration.environment}, dollars a month")[: len(loads) + 1], rows))
        parts.append(f"Endpoints pay for themselves in {configuration.environment} from {endpoints / dearer:,.0f} GB a month.")
    return "\n\n".join(parts)


def _savings(case: Callable[[Configuration, Load], Case]) -> str:
    cases = [case(DEV, IDLE), *(case(PROD, load) for load in ALL)]
    rows = [[saving.name, saving.costs, *(dollars(saving.dollars(each)) for each in cases)] for saving in SAVINGS]
    return table(["dollars a month less", "what it takes", "dev, idle", *(f"prod, {name}" for name in _loads("")[1:])], rows, 2)


def _biggest(case: Callable[[Configuration, Load], Case]) -> str:
    lines = []
    for configuration, load, name in ((PROD, IDLE, "idle"), (PROD, LOADS[1], "100 a second"), (PROD, LOADS[2], "1,000 a second")):
        found = ", ".join(f"{saving.name} (${dollars(amount)})" for saving, amount in largest(case(configuration, load)))
        lines.append(f"- **prod, {name}:** {found}.")
    return "\n".join(lines)


def _traffic(throughput: Throughput) -> str:
    rows = [
        [each.name, each.service, str(each.share), f"{each.reads:g}", f"{each.writes:g}", f"{each.answer:,}"]
        for each in OPERATIONS
    ]
    rows.append(["**all, mean**", "", "1,000", *(f"{traffic.weighted(field):,.2f}" for field in ("reads", "writes", "answer"))])
    kinds = ("todos", "files")
    times = ", ".join(f"{kind} {milliseconds((kind,), throughput):.1f} ms" for kind in kinds)
    users = "; ".join(f"{load.rate:,.0f} a second are {load.users:,.0f} active users" for load in LOADS)
    head = ["request", "service", "of 1,000", "read units", "write units", "bytes answered"]
    return "\n\n".join(
        [
            table(head, rows, 2),
            f"Processor time a request: {times} ({throughput.source}).",
            f"An active user makes {traffic.REQUESTS_OF_USER} requests a month: {users}.",
            (
                f"Each keeps {traffic.TODOS_OF_USER} to-dos of {traffic.TODO_BYTES} bytes, "
                f"and attachments of {traffic.ATTACHMENT_MB} MB for {traffic.MONTHS_OF_ATTACHMENTS} months."
            ),
        ]
    )


def _regions(throughput: Throughput) -> str:
    rows = []
    for region in price_table.REGIONS:
        prices = price_table.read(region)
        for configuration in (DEV, PROD):
            inventory = inventories.take(configuration)
            rows.append(
                [
                    f"{region}, {configuration.environment}",
                    *(_total(Case(inventory, load, prices, throughput)) for load in ALL),
                ]
            )
    return table(_loads("dollars a month"), rows)


def _prices(prices: price_table.Prices) -> str:
    rows = []
    for name, line in prices.lines.items():
        cells = [_price(line[region]) for region in price_table.REGIONS]
        rows.append([f"`{name}`", line["unit"], *cells, line["date"], line["source"], line.get("seen", ""), line.get("note", "")])
    head = ["line", "unit", *price_table.REGIONS, "date", "source", "also seen at", "note"]
    return f"Table of {prices.date}.\n\n" + table(head, rows, 2)


def _price(price: float | list[list[float | None]]) -> str:
    if not isinstance(price, list):
        return f"{price:g}"
    return ", ".join(f"{each:g} to {up_to:,.0f}" if up_to else f"{each:g}" for up_to, each in price)
