"""smoke.py: what it reads of a site; its accounts never stay. tests/local/test_runserver.py makes its journey."""

import boto3
import httpx
import pytest
from django.conf import settings

from deploy import smoke
from deploy.smoke import JourneyError, Site

CONFIG = {"region": "us-east-1", "userPoolId": "us-east-1_A", "clientId": "c", "cognitoEndpoint": None}


@pytest.fixture
def answering(monkeypatch):
    """Let the site return: ``answering("/config.json", 200, json=…)``."""
    answers = {}

    def get(url, **_):
        path = url.removeprefix("https://todo.example.com")
        if path not in answers:
            raise httpx.ConnectError("Connection refused")
        return answers[path]

    monkeypatch.setattr(smoke.httpx, "get", get)
    return lambda path, status, **content: answers.update({path: httpx.Response(status, **content)})


@pytest.fixture
def pool():
    """The embedded pool, and its accounts' addresses."""
    client = boto3.client("cognito-idp", endpoint_url=settings.AWS_ENDPOINT_URL, region_name=settings.AWS_REGION)

    def accounts():
        users = client.list_users(UserPoolId=settings.COGNITO_USER_POOL_ID)["Users"]
        return [value["Value"] for user in users for value in user["Attributes"] if value["Name"] == "email"]

    return accounts


def here():
    pool_id, client_id = settings.COGNITO_USER_POOL_ID, settings.COGNITO_CLIENT_ID
    return Site("http://127.0.0.1:9", settings.AWS_REGION, pool_id, client_id, f"{settings.AWS_ENDPOINT_URL}/")


def test_it_works(answering):
    answering("/config.json", 200, json=CONFIG, headers={"Cache-Control": "no-cache"})
    assert smoke.site("https://todo.example.com/") == Site("https://todo.example.com", "us-east-1", "us-east-1_A", "c")


def test_the_account_can_log_in_and_is_removed(pool):
    with smoke.temporary(here(), "alice") as visitor:
        visitor.log_in()
        assert visitor.http.headers["Authorization"].startswith("Bearer ey")
        assert visitor.account.email in pool()
    assert visitor.account.email not in pool()


def test_the_account_is_removed_when_a_step_fails(pool):
    with pytest.raises(JourneyError), smoke.temporary(here(), "alice") as visitor:
        raise JourneyError("a step")
    assert visitor.account.email not in pool()


def test_a_page_that_browsers_would_keep_is_refused(answering):
    answering("/config.json", 200, json=CONFIG, headers={"Cache-Control": "max-age=60"})
    with pytest.raises(JourneyError, match=r"the caching of /config\.json is 'max-age=60'"):
        smoke.site("https://todo.example.com")


def test_a_site_that_is_another_is_refused(answering):
    answering("/config.json", 200, text="<html>", headers={"Cache-Control": "no-cache"})
    with pytest.raises(JourneyError, match="is not what the page needs"):
        smoke.site("https://todo.example.com")


def test_a_page_without_its_files_is_refused(answering):
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "x", "Referrer-Policy": "no-referrer"}
    answering("/", 200, text='<script src="/assets/a.js"></script>', headers=headers)
    answering("/assets/a.js", 404)
    with pytest.raises(JourneyError, match=r"the status of /assets/a\.js is 404"):
        smoke.page_is_served("https://todo.example.com")


def test_a_site_that_does_not_answer_is_one_sentence(answering, capsys):
    assert smoke.main(["https://todo.example.com"]) == 1
    assert "does not respond: Connection refused. Give the URL of a running environment." in capsys.readouterr().out
