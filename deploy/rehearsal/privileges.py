"""Least privilege, proven in the second direction: nothing is granted that is not used.

The first direction is the journey itself, with IAM enforced: every call the application makes is allowed. Here each
permission of each role the application runs with is taken away, alone, and something a visitor or the schedule does must
fail, and fail because a call was refused. The processes keep running: IAM is asked again at every call. There are no exceptions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import httpx

from deploy.rehearsal import purging
from deploy.rehearsal.roles import Permission, RolePolicies, role_name
from tests.journey import STEPS, JourneyError, Visitor, Work, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deploy.rehearsal.account import Account
    from deploy.rehearsal.containers import Container, RunningContainer
    from deploy.rehearsal.processes import Processes


REFUSAL: Final = re.compile(r"not authorized to perform|AccessDenied|\(403\)|\b403\b")
"""How a refusal by IAM shows: in a service's log, or in the answer to a signed URL. HEAD has no body, only the number."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not work, in short, and all that is known of why."""

    what: str
    why: str


class Verdict(StrEnum):
    """What taking a permission away showed."""

    USED = "used"
    NOT_USED = "NOT USED"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one permission: the step that failed without it, or why none had to."""

    role: str
    permission: Permission
    verdict: Verdict
    evidence: str


def findings(
    alice: Visitor,
    running: Sequence[RunningContainer],
    purge: Container,
    account: Account,
    processes: Processes,
) -> Iterator[Finding]:
    """Try every permission of every task role, one at a time. Alice must be signed in."""
    services = {each.container.role_arn for each in running}
    for role_arn in sorted(services):
        yield from of_role(account, processes, role_arn, lambda: first_failure(alice, running))
    yield from of_role(account, processes, purge.role_arn, lambda: purge_failure(alice, purge, account, processes))


def first_failure(alice: Visitor, running: Sequence[RunningContainer]) -> Failure | None:
    """The first thing that does not work, of readiness and a visitor's whole work; None when all of it does."""
    for each in running:
        status = httpx.get(f"{each.url}/readyz").status_code
        if status != httpx.codes.OK:
            return Failure(f"{each.container.name} is not ready", str(status))
    work = Work(alice)
    taken = walk((name, lambda step=step: step(work)) for name, step in STEPS)  # type: ignore[misc]
    return Failure(taken[-1].name, taken[-1].error) if taken[-1].error else None


def purge_failure(alice: Visitor, purge: Container, account: Account, processes: Processes) -> Failure | None:
    """Fill the trash with a to-do that has a file, and with a file alone, and purge; None when that works."""
    whole, alone = Work(alice), Work(alice)
    for work in (whole, alone):
        work.creates()
        work.attaches_through_the_service()
    whole.leaves_it_in_the_trash()
    alice.call("DELETE", f"{alone.files_path}/{next(iter(alone.files))}", 204)
    purging.let_the_time_pass(account)
    status = purging.run(purge, account, processes)
    if status == 0:
        purging.nothing_is_left(account, whole)
        return None
    return Failure(f"the purge ends with status {status}", "")


def _fails_without(policies: RolePolicies, permission: Permission, failure: Callable[[], Failure | None]) -> bool:
    with policies.without(permission):
        return failure() is not None


def of_role(account: Account, processes: Processes, role_arn: str, failure: Callable[[], Failure | None]) -> Iterator[Finding]:
    """Try every permission of one role. ``failure`` does everything the role is for, and says what did not work.

    Raises JourneyError for a failure that has another reason, and when something fails with all permissions in place.
    """
    policies, role = RolePolicies(account, role_arn), role_name(role_arn)
    for permission in policies.permissions():
        before = processes.positions()
        with policies.without(permission):
            failed = failure()
        if failed:
            refused = REFUSAL.search(failed.why + processes.written_since(before))
            # A hiccup must not pass for a proof: where no refusal shows, it has to fail a second time.
            if not refused and not _fails_without(policies, permission, failure):
                raise JourneyError(f"Without {permission.action} this failed once, and then no more: {failed.what}: {failed.why}")
            yield Finding(role, permission, Verdict.USED, failed.what)
        else:
            yield Finding(role, permission, Verdict.NOT_USED, "everything works without it")
    if failed := failure():
        raise JourneyError(f"With all permissions of {role} given back, this does not work: {failed.what}: {failed.why}")
