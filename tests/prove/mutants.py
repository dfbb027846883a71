"""Shows that the tests can fail: breaks the code by one line, in a copy, and runs the test that must notice.

`python -m tests.prove.mutants [word …]`: all, or those whose name has one of the words. It prints the rows of the page
and ends with 1 when a test did not notice. Some ten minutes; not part of `make prove`.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mutant:
    """One line that is wrong, and what must notice."""

    broken: str
    file: str
    before: str
    after: str
    test: str


MUTANTS = [
    Mutant(
        "an idempotency key makes a new id each time",
        "todo_project/api/idempotency.py",
        'uuid4() if key is None else uuid5(_NAMESPACE, "\\n".join((*scope, key)))',
        "uuid4()",
        "tests/prove/test_model.py",
    ),
    Mutant(
        "an update does not look at the version",
        "todos/repository.py",
        'condition += f" AND version IN',
        'condition += f" AND NOT version IN',
        "tests/prove/test_writers.py",
    ),
    Mutant(
        "a lost response is not known again",
        "todos/repository.py",
        "if failure.item and failure.retried and has_all(failure.item, update.values):",
        "if False:",
        "tests/prove/test_faults.py::test_one_by_one[change-dynamodb.UpdateItem-response lost once]",
    ),
    Mutant(
        "a request has no deadline",
        "todo_project/aws/deadline.py",
        "ATTEMPTS_BEGIN_SECONDS: Final = 5.5",
        "ATTEMPTS_BEGIN_SECONDS: Final = 60.0",
        "tests/prove/test_dependencies.py",
    ),
    Mutant(
        "its time starts when a thread takes it",
        "todo_project/aws/deadline.py",
        'left = ATTEMPTS_BEGIN_SECONDS - age(request.META.get("HTTP_X_AMZN_TRACE_ID", ""))',
        "left = ATTEMPTS_BEGIN_SECONDS",
        "tests/prove/test_dependencies.py",
    ),
    Mutant(
        "the purge deletes a row before its object",
        "files/purge.py",
        "            storage.delete([attachment.object_key for attachment in attachments])\n",
        "            pass\n",
        "tests/prove/test_killed.py",
    ),
    Mutant(
        "the purge does not wait for wrong clocks",
        "files/purge.py",
        "GRACE = timedelta(minutes=15)",
        "GRACE = timedelta(minutes=-15)",
        "tests/prove/test_clock.py",
    ),
    Mutant(
        "an upload is not compared with its reservation",
        "files/services.py",
        "if (size, content_type) != (attachment.size, attachment.content_type):",
        "if False:",
        "tests/prove/test_uploads.py",
    ),
    Mutant(
        "downloads take the latest version",
        "files/storage.py",
        "        f\"versionId={quote(attachment.object_version or 'null', safe='')}\",\n",
        "",
        "tests/prove/test_uploads.py",
    ),
    Mutant(
        "known keys are forgotten when their endpoint is down",
        "todo_project/api/authentication.py",
        "        if self._last_known is None:\n",
        "        if True:\n",
        "tests/prove/test_dependencies.py",
    ),
    Mutant(
        "a token of another pool is good",
        "todo_project/api/authentication.py",
        "issuer=settings.COGNITO_ISSUER, options=_OPTIONS",
        "options=_OPTIONS",
        "tests/security/test_forgeries.py",
    ),
    Mutant(
        "a key of the pool is good under any id",
        "todo_project/api/authentication.py",
        "        if not known:\n",
        "        if False:\n",
        "tests/security/test_forgeries.py",
    ),
    Mutant(
        "a cursor is good for everybody",
        "todo_project/api/pagination.py",
        'salt=f"cursor\\n{owner}\\n{facts}"',
        'salt=f"cursor\\n{facts}"',
        "tests/security/test_other_people.py",
    ),
    Mutant(
        "a presigned form takes any size",
        "files/storage.py",
        '["content-length-range", attachment.size, attachment.size],',
        "",
        "tests/security/test_attachments.py",
    ),
    Mutant(
        "personal data may be cached",
        "todo_project/api/middleware.py",
        'headers.setdefault("Cache-Control", "no-store")',
        "pass",
        "tests/security/test_headers.py",
    ),
    Mutant(
        "JSON may name a member twice",
        "todo_project/api/parsers.py",
        "if len(result) != len(pairs):",
        "if False:",
        "tests/security/test_hostile_requests.py",
    ),
]


def noticed(mutant: Mutant) -> bool:
    """Whether the test fails on the broken code; a test that cannot run counts as one that did not notice."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "main"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".venv*", ".git", "node_modules", "build", ".localaws", "test-artifacts")
        )
        file = copy / mutant.file
        text = file.read_text(encoding="utf-8")
        assert text.count(mutant.before) == 1, f"{mutant.file} has changed: {mutant.before}"
        file.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", mutant.test, "-p", "no:randomly", "-x", "-q"],
            cwd=copy,
            capture_output=True,
            check=False,
        )
    return ended.returncode == 1


def main(words: list[str]) -> int:
    """0 when each was noticed."""
    missed = 0
    for mutant in MUTANTS:
        if words and not any(word in mutant.broken for word in words):
            continue
        seen = noticed(mutant)
        missed += not seen
        sys.stdout.write(f"| {mutant.broken} | `{mutant.test.split('::')[0]}` | {'failed' if seen else '**did not notice**'} |\n")
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
