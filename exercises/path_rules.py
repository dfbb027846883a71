"""Exercise 3: listener rules that send requests to the wrong target group.

The check matches as AWS documents it: by priority, case-sensitive, `*` for any characters, slashes too, and `?` for one.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FILES: Final = {
    "rules.json": """[
  {"priority": 10, "paths": ["/api/*"], "target": "todos"},
  {"priority": 20, "paths": ["/api/*/files", "/api/*/files/*"], "target": "files"}
]
"""
}
EXPECTED: Final = {
    "/api/me/todos": "todos",
    "/api/me/todos/0a4c0d5e": "todos",
    "/api/me/todos/0a4c0d5e/restore": "todos",
    "/api/0a4c0d5e/files": "files",
    "/api/0a4c0d5e/files/7b1f/complete": "files",
    "/api/me/todosomething": "404",
    "/api/me/labels": "404",
    "/api/": "404",
    "/": "404",
}


def target(rules: list[dict[str, Any]], path: str) -> str:
    """Where a request goes: the listener's default is 404."""
    for rule in sorted(rules, key=lambda rule: rule["priority"]):
        for pattern in rule["paths"]:
            expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
            if re.fullmatch(expression, path):
                return str(rule["target"])
    return "404"


def check(folder: Path) -> Iterator[str]:
    """Each request that goes to the wrong place."""
    rules = json.loads((folder / "rules.json").read_text())
    priorities = [rule["priority"] for rule in rules]
    if len(set(priorities)) < len(priorities):
        yield "Two rules have the same priority: the load balancer refuses that."
    for path, expected in EXPECTED.items():
        if (found := target(rules, path)) != expected:
            yield f"{path} goes to {found}; it should go to {expected}."
