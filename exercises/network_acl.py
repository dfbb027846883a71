"""Exercise 2: a network ACL refuses something it must not, and allows something it must not.

The check applies the rules as AWS documents them: what no rule allows is refused, and each direction has rules of its own.
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

VPC, INTERNET = "10.20.0.0/16", "0.0.0.0/0"
EPHEMERAL: Final = 49152

Packet = tuple[str, str, str, int]
"""Network ACL, direction (in or out), the other side, and the destination port."""


def rules() -> list[dict[str, Any]]:
    """The rules of the network's template, with the mistakes of the exercise."""
    right = [
        ("public", 10, "in", VPC, 443, 443),
        ("public", 20, "in", INTERNET, 1024, 65535),
        ("public", 30, "out", INTERNET, 443, 443),
        ("public", 40, "out", VPC, 1024, 65535),
        ("application", 10, "in", VPC, 8080, 8081),
        ("application", 20, "in", INTERNET, 1024, 65535),
        ("application", 30, "out", INTERNET, 443, 443),
        ("application", 40, "out", VPC, 1024, 65535),
        ("endpoint", 10, "in", VPC, 443, 443),
        ("endpoint", 20, "in", INTERNET, 80, 80),  # mistake: the internet
        # mistake: 30, the responses of tasks, is missing
        ("endpoint", 40, "out", VPC, 8080, 8081),
        ("endpoint", 50, "out", VPC, 1024, 65535),
        ("link", 10, "in", VPC, 1024, 65535),
        ("link", 20, "out", VPC, 80, 80),
    ]
    names = ("acl", "number", "direction", "cidr", "from", "to")
    return [dict(zip(names, rule, strict=True)) for rule in right]


FILES: Final = {"rules.json": "[\n" + ",\n".join(json.dumps(rule) for rule in rules()) + "\n]\n"}

PASSES: Final[Mapping[str, list[Packet]]] = {
    "The VPC link calls the load balancer": [
        ("link", "out", VPC, 80),
        ("endpoint", "in", VPC, 80),
        ("endpoint", "out", VPC, EPHEMERAL),
        ("link", "in", VPC, EPHEMERAL),
    ],
    "The load balancer calls a task": [
        ("endpoint", "out", VPC, 8080),
        ("application", "in", VPC, 8080),
        ("application", "out", VPC, EPHEMERAL),
        ("endpoint", "in", VPC, EPHEMERAL),
    ],
    "A task calls an interface endpoint": [
        ("application", "out", VPC, 443),
        ("endpoint", "in", VPC, 443),
        ("endpoint", "out", VPC, EPHEMERAL),
        ("application", "in", VPC, EPHEMERAL),
    ],
    "A task calls Cognito through the NAT gateway": [
        ("application", "out", INTERNET, 443),
        ("public", "in", VPC, 443),
        ("public", "out", INTERNET, 443),
        ("public", "in", INTERNET, EPHEMERAL),
        ("public", "out", VPC, EPHEMERAL),
        ("application", "in", INTERNET, EPHEMERAL),
    ],
}
REFUSED: Final[Mapping[str, Packet]] = {
    "The internet reaches the load balancer's port": ("endpoint", "in", INTERNET, 80),
    "The internet reaches port 22 of a task": ("application", "in", INTERNET, 22),
    "The VPC reaches port 22 of the endpoint subnets": ("endpoint", "in", VPC, 22),
    "A task sends mail to the internet": ("application", "out", INTERNET, 25),
    "The internet reaches ephemeral ports of the endpoint subnets": ("endpoint", "in", INTERNET, EPHEMERAL),
}


def allows(found: list[dict[str, Any]], packet: Packet) -> bool:
    """Whether a rule lets the packet pass. A rule for the internet holds for the VPC too."""
    acl, direction, other, port = packet
    return any(
        rule["acl"] == acl
        and rule["direction"] == direction
        and rule["cidr"] in {other, INTERNET}
        and rule["from"] <= port <= rule["to"]
        for rule in found
    )


def check(folder: Path) -> Iterator[str]:
    """What is refused and should pass, and what passes and should not."""
    found = json.loads((folder / "rules.json").read_text())
    for name, packets in PASSES.items():
        for packet in packets:
            if not allows(found, packet):
                acl, direction, other, port = packet
                yield f"{name}: network ACL {acl} refuses port {port}, {direction}, other side {other}."
                break
    for name, packet in REFUSED.items():
        if allows(found, packet):
            yield f"{name}: network ACL {packet[0]} must refuse that."
