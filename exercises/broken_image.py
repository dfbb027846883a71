"""Exercise 8: roll out an image that does not start, and read what the deployment circuit breaker did.

The rehearsal does it on real containers, and records what DescribeServices says at the end.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

RECORD: Final = Path(__file__).resolve().parents[1] / "build" / "rehearsal" / "broken-image.json"
ROLL_OUT: Final = "make rehearse ARGS='-k rolled_back'"

FILES: Final = {"finding.json": '{"failedDeployment": "", "failedTasks": 0, "runningTaskDefinition": ""}\n'}


def finding(record: Path) -> dict[str, object]:
    """What there is to find in the record of a rollout."""
    deployments = json.loads(record.read_text())["deployments"]
    (failed,) = (each for each in deployments if each["rolloutState"] == "FAILED")
    (primary,) = (each for each in deployments if each["status"] == "PRIMARY")
    return {
        "failedDeployment": failed["id"],
        "failedTasks": failed["failedTasks"],
        "runningTaskDefinition": primary["taskDefinition"],
    }


def check(folder: Path) -> Iterator[str]:
    """Each part of the finding that is wrong, without the right one."""
    if not RECORD.exists():
        yield f"Roll the image out first: {ROLL_OUT} needs docker or podman and takes a minute or two. It writes {RECORD}."
        return
    found = json.loads((folder / "finding.json").read_text())
    for name, value in finding(RECORD).items():
        if found.get(name) != value:
            yield f"`{name}` in finding.json is not what {RECORD} says."
