"""`make audit`: unsafe code (bandit), known holes in what the containers run (pip-audit), secrets (detect-secrets).

Without a network the audit of dependencies says that it could not be made, and the rest counts.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CODE = ["todo_project", "todos", "files", "deploy", "bench"]
# Scratch directories: the read-only containers' own, named on purpose.
BANDIT_SKIPPED = "B108"
BASELINE = ".secrets.baseline"
# The templates are made of what is looked at.
NOT_READ = (BASELINE, "deploy/templates/")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """One tool of this environment."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def code() -> list[str]:
    """Unsafe code, of medium severity or more."""
    ended = run(
        "bandit", "--quiet", "--recursive", *CODE, "--severity-level", "medium", "--skip", BANDIT_SKIPPED, "--format", "json"
    )
    found: list[dict[str, Any]] = json.loads(ended.stdout)["results"]
    return [f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}" for one in found]


def dependencies() -> list[str]:
    """Known holes in requirements.txt."""
    ended = run("pip_audit", "--requirement", "requirements.txt", "--require-hashes", "--disable-pip", "--format", "json")
    try:
        packages: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        say("dependencies: not audited, the source of advisories cannot be reached from here. Run it again with a network.")
        return []
    skipped = [one for one in packages if "skip_reason" in one]
    if skipped:
        say(
            f"dependencies: {len(skipped)} of {len(packages)} not audited, the source of advisories does not know them from here."
        )
    return [
        f"{one['name']} {one['version']}: {hole['id']}, fixed in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", [])
    ]


def secrets() -> list[str]:
    """What looks like a secret and is not in the baseline of things looked at."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    names = [name for name in tracked if name and not name.startswith(NOT_READ) and (ROOT / name).is_file()]
    with tempfile.TemporaryDirectory() as folder:
        # A copy: the tool writes where lines have moved to.
        copy = shutil.copy(ROOT / BASELINE, folder)
        ended = run("detect_secrets.pre_commit_hook", "--baseline", copy, *names)
    found = [line for line in ended.stdout.splitlines() if line.startswith("Location:")]
    moved = 3
    if ended.returncode not in {0, moved} and not found:
        raise RuntimeError(f"detect-secrets could not run: {ended.stderr}")
    return found


def say(line: str) -> None:
    """To the terminal."""
    sys.stdout.write(line + "\n")


def main() -> int:
    """1 when something was found."""
    found = 0
    for name, look in (("code", code), ("dependencies", dependencies), ("secrets", secrets)):
        findings = look()
        found += len(findings)
        say(f"{name}: {len(findings)} findings")
        for finding in findings:
            say(f"  {finding}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
