"""The embedded AWS as a container of compose.yaml: `python -m compose.aws`.

Starts it with its data in /data, and writes into /environment what the other containers need: todos.env and files.env with
the variables that their task definitions would set, and config.json for the page. Mails (codes of registration) go to this
container's log. Ends by SIGTERM, after saving.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Final

from deploy import containers
from local import aws
from local.aws import process

DATA: Final = Path("/data/aws")
ENVIRONMENT: Final = Path("/environment")
PORT: Final = 4566


def variables(service: containers.Service, known: dict[str, str]) -> str:
    """What a service's container gets, as lines for a shell. What compose.yaml sets itself is left to it."""
    return "".join(f"{name}='{value}'\n" for name, value in aws.variables_of(service, known).items())


def config(known: dict[str, str]) -> str:
    """/config.json of the page."""
    found = {
        "apiBase": "/api",
        "region": known["AWS_REGION"],
        "userPoolId": known["COGNITO_USER_POOL_ID"],
        "clientId": known["COGNITO_CLIENT_ID"],
        "cognitoEndpoint": f"{known['AWS_ENDPOINT_URL']}/",
    }
    return json.dumps(found)


def write(folder: Path, known: dict[str, str]) -> None:
    """Write what the other containers read. Their user is another one than this container's."""
    for service in containers.SERVICES:
        (folder / f"{service.name}.env").write_text(variables(service, known))
    (folder / "config.json").write_text(config(known))


def check(data: Path, folder: Path) -> bool:
    """Whether the others can start: the embedded AWS is ready and everything is written."""
    return (folder / "config.json").is_file() and process.running(data) is not None


def main() -> None:
    """Until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m compose.aws", description="The embedded AWS of compose.yaml.")
    parser.add_argument("--check", action="store_true", help="only say, by the exit status, whether it is ready")
    parser.add_argument("--site-port", type=int, default=8000, help="of the page in the browser (default: %(default)s)")
    options = parser.parse_args()
    if options.check:
        sys.exit(0 if check(DATA, ENVIRONMENT) else 1)
    origins = [f"http://127.0.0.1:{options.site_port}", f"http://localhost:{options.site_port}"]
    known = aws.environment(state_dir=DATA, port=PORT, site_origins=origins)
    write(ENVIRONMENT, known)
    # What is stopped waits here; leaving this function releases the embedded AWS, which saves and ends.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    print(f"The page: {origins[0]}/  The embedded AWS: http://127.0.0.1:{PORT}", flush=True)  # noqa: T201
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
