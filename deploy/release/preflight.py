"""What `deploy.py up` finds out and says before it changes something: what would stop it, what it makes, what that costs."""

import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from deploy import cost, images
from deploy.configuration import Configuration
from deploy.containers import SERVICES
from deploy.release.deployment import Deployable, DeploymentError
from deploy.release.rollout import Rollout

ROOT: Final = Path(__file__).resolve().parents[2]
VCPU_QUOTAS: Final = {"On-Demand": "L-3032A538", "Spot": "L-36FBB829"}
"""Of Fargate, in vCPU. Source: https://docs.aws.amazon.com/general/latest/gr/ecs-service.html"""


def prepare(rollout: Rollout, stacks: Sequence[Deployable], fates: Sequence[str], *, needs_engine: bool) -> list[str]:
    """Make the checks, and say what will be made and what it costs. Returns what would stop a release.

    ``fates``: what becomes of each image, as a sentence; ``needs_engine``: one is missing, so that it is built or copied.
    """
    options, chosen, console = rollout.options, rollout.configuration, rollout.console
    # Each returns what it found, as a sentence, or raises what would stop a release.
    checks: dict[str, Callable[[], str]] = {}
    if needs_engine:
        checks["container engine"] = images.engine
    if not options.page:
        checks["page"] = page
    if not chosen.uses_ec2:
        checks["quota"] = lambda: quota(rollout.client("service-quotas", "services"), chosen)
    checks["account"] = lambda: verified(rollout.client("cloudfront", "web"))
    problems = []
    for name, check in checks.items():
        try:
            console.print(f"  ✓ {name}: {check()}")
        except (DeploymentError, images.ImageError) as error:
            problems.append(f"  ✗ {name}: {error}")
    before = rollout.deployed_profile
    was = f" (it was {before})" if before not in {"", chosen.profile} else ""
    console.print(
        f"{chosen.environment}: profile {chosen.profile}{was}, {chosen.capacity}, {chosen.task_layout} tasks, "
        f"{chosen.architecture}, in {rollout.regions['services']}."
    )
    new = [stack for stack in stacks if rollout.deployed(stack.definition.name).is_absent]
    resources = sum(len(stack.template["Resources"]) for stack in new)
    console.print(f"{len(new)} of {len(stacks)} stacks are new, with {resources} resources. {', '.join(fates)}.")
    console.print(f"It costs {price(chosen)}.")
    return problems


def page() -> str:
    """Whether the page can be built."""
    missing = runpy.run_path(str(ROOT / "web" / "build.py"))["missing"]()
    if missing:
        raise DeploymentError(f"{missing}. https://nodejs.org has it.")
    return "Node and npm build it"


def quota(quotas: Any, configuration: Configuration) -> str:
    """Whether Fargate runs enough tasks: during a release twice as many as otherwise."""
    tasks = [configuration.tasks(service.name) for service in SERVICES]
    kind = "On-Demand" if any(each.on_demand for each in tasks) else "Spot"
    needed = 2 * sum(each.minimum * each.cpu for each in tasks) / 1024
    try:
        value = quotas.get_service_quota(ServiceCode="fargate", QuotaCode=VCPU_QUOTAS[kind])["Quota"]["Value"]
    except (ClientError, BotoCoreError) as error:
        return f"not known ({error}); a release takes {needed:g} vCPU of Fargate {kind}"
    if value < needed:
        raise DeploymentError(
            f"a release takes {needed:g} vCPU of Fargate {kind}, and this account may use {value:g}: docs/how-to/quotas.md."
        )
    return f"a release takes {needed:g} of {value:g} vCPU of Fargate {kind}"


def verified(cloudfront: Any) -> str:
    """Whether the account has made a distribution before. No call tells whether CloudFront lets a new account make one."""
    try:
        found = cloudfront.list_distributions(MaxItems="1")["DistributionList"]["Quantity"]
    except (ClientError, BotoCoreError) as error:
        return f"not known ({error})"
    if found:
        return "CloudFront serves it already"
    return "it has no CloudFront distribution yet. If AWS refuses one, have AWS Support verify the account, then run this again"


def price(configuration: Configuration) -> str:
    """What the environment costs without visitors."""
    hour = cost.per_month(configuration) / cost.HOURS
    hours = {"an hour": 1, "a day": 24, f"a weekend of {cost.WEEKEND} hours": cost.WEEKEND, "a month": cost.HOURS}
    amounts = ", ".join(f"${hour * count:,.2f} {name}" for name, count in hours.items())
    return f"{amounts}; without visitors, list prices of us-east-1"
