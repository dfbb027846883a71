"""A visitor's way: CloudFront, API Gateway, load balancer, containers, with the roles and policies that were deployed."""

import httpx
import pytest

from deploy import containers
from tests.journey import journey
from tests.rehearsal.conftest import PAGE
from tests.rehearsal.emulated import ENDPOINT

HEADERS = {"content-security-policy", "strict-transport-security", "x-content-type-options"}


def test_it_works(visitor):
    journey(visitor("alice"), visitor("charlie"))


def test_the_page_comes_through_cloudfront(site):
    response = httpx.get(f"{site.url}/", headers=site.headers)
    assert (response.status_code, response.text) == (200, PAGE)
    assert response.headers.keys() >= HEADERS


def test_plain_http_is_sent_to_https(site):
    response = httpx.get(f"{site.url}/", headers={"Host": site.headers["Host"]})
    assert (response.status_code, response.headers["Location"]) == (301, f"https://{site.headers['Host']}/")


def test_nobody_but_cloudfront_reads_the_bucket(environment):
    bucket = environment.outputs("web")["SiteBucketName"]
    assert httpx.get(f"{ENDPOINT}/{bucket}/index.html").status_code == 403


@pytest.mark.parametrize("guess", [{}, {containers.ORIGIN_HEADER: "guessed"}], ids=["without", "guessed"])
def test_nobody_goes_round_cloudfront(environment, alice, guess):
    token = {"Authorization": alice.http.headers["Authorization"]}
    api = f"{ENDPOINT}/_aws/execute-api/{environment.outputs('api')['ApiId']}"
    assert httpx.get(f"{api}/api/me/todos", headers=token | guess).status_code == 404
