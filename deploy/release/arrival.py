"""The end of `deploy.py up`: the first response of the site, and what a person does next."""

import httpx
from rich.console import Console

from deploy import smoke
from deploy.release.deployment import DeploymentError
from deploy.release.rollout import Rollout


def site(rollout: Rollout) -> str:
    """The site's URL, at the distribution's own host: the domain may not point to it yet."""
    return f"https://{rollout.outputs('web')['DistributionHost']}"


def first_response(rollout: Rollout) -> None:
    """Ask the distribution for the page's settings. Raises DeploymentError when they do not come."""
    url = site(rollout)
    try:
        httpx.get(f"{url}/config.json", timeout=smoke.TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise DeploymentError(f"The page is deployed, and {url}/config.json does not respond: {error}") from error


def tell_what_is_next(rollout: Rollout, console: Console) -> None:
    """What only a person can do, and an account to try the service with where there is none yet."""
    given, options = rollout.given, rollout.options
    if domain := given.get("DomainName"):
        console.print(f"Point {domain} to {rollout.outputs('web')['DistributionHost']} (CNAME, or ALIAS of Route 53).")
    if email := given.get("AlertEmail"):
        console.print(f"AWS sends {email} two mails: confirm both subscriptions, or no alert arrives.")
    if rollout.configuration.is_production or options.yes or options.pipeline:
        return
    if made := smoke.first_account(rollout.client("cognito-idp", "identity"), rollout.outputs("identity")["UserPoolId"]):
        console.print(f"Your first account, shown only now: {made.email}, password {made.password}")
