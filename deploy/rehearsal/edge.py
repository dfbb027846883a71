"""What holds at the edge: the site comes through CloudFront, and there is no way round CloudFront."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import httpx

from deploy import containers
from deploy.rehearsal import routing
from tests.journey import JourneyError, same

if TYPE_CHECKING:
    from deploy.rehearsal.account import Account
    from tests.journey import Visitor

HEADERS: Final = ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options")


def site_is_served(account: Account) -> None:
    """A file put into the site's bucket is the page at /, with the security headers; plain HTTP is sent to HTTPS."""
    page = f"<!doctype html><title>{secrets.token_hex(6)}</title>"
    bucket = account.stack("web").outputs["SiteBucketName"]
    account.client("s3").put_object(Bucket=bucket, Key="index.html", Body=page.encode(), ContentType="text/html")
    site = routing.site(account)
    answer = httpx.get(f"{site.url}/", headers=site.headers)
    same("the status of the page", answer.status_code, 200)
    same("the page", answer.text, page)
    if missing := [name for name in HEADERS if name not in answer.headers]:
        raise JourneyError(f"The page comes without {', '.join(missing)}.")
    plain = httpx.get(f"{site.url}/", headers={"Host": site.headers["Host"]})
    same("the status of the page over plain HTTP", plain.status_code, 301)


def bucket_is_closed(account: Account) -> None:
    """Nobody reads the site's bucket but the distribution."""
    bucket = account.stack("web").outputs["SiteBucketName"]
    same("the status of the bucket's own address", httpx.get(f"{account.emulator.url}/{bucket}/index.html").status_code, 403)


def api_is_closed(account: Account, visitor: Visitor) -> None:
    """Signed in, at the API's own address, round CloudFront and its web ACL: nothing is there. Guessing does not help."""
    token = {"Authorization": visitor.http.headers["Authorization"]}
    for guess in ({}, {containers.ORIGIN_HEADER: "guessed"}):
        answer = httpx.get(f"{routing.direct(account)}/api/me/todos", headers=token | guess)
        same("the status of the API's own address", answer.status_code, 404)
