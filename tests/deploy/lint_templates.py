"""`make lint-templates`: cfn-lint, with its informational IAM rules, and checkov over each different template.

checkov pins what we need newer, so it lives in a virtual environment of its own (requirements-checkov.txt).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from deploy.build_stack import render  # noqa: E402
from deploy.configuration import Configuration  # noqa: E402
from deploy.stacks import STACKS  # noqa: E402
from tests.deploy.selections import combinations  # noqa: E402

FOLDER = ROOT / "build" / "lint"
CFN_LINT = (Path(sys.executable).parent / "cfn-lint", "--include-checks", "I35", "--")
CHECKOV = (ROOT / ".venv-checkov" / "bin" / "checkov", "--config-file", ROOT / "deploy" / "checkov.yaml", "--directory", FOLDER)


def main() -> int:
    """Run both; the exit status is 0 when neither has a finding."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    different: dict[str, Path] = {}
    for configuration in (*combinations(), Configuration("prod", tracing=True)):
        for stack in STACKS:
            template = stack.template(configuration)
            text = render(template, "json")
            if text not in different:
                different[text] = FOLDER / f"{stack.name}-{configuration.profile}-{len(different)}.yaml"
                different[text].write_text(render(template), encoding="utf-8")
    side_by_side = [subprocess.Popen(command) for command in ((*CFN_LINT, *different.values()), CHECKOV)]
    ended = [each.wait() for each in side_by_side]
    print(f"{len(different)} different templates: {'findings, see above' if any(ended) else 'no finding'}.")  # noqa: T201
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main())
