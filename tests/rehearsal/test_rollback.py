"""A release whose page or whose template is broken fails, and `deploy.py rollback` puts the one before back as a whole."""

import shutil
from dataclasses import replace

import httpx
import pytest

from tests.rehearsal.conftest import PAGE
from tests.rehearsal.emulated import ROOT


def test_it_works(environment, site, tmp_path):
    (tmp_path / "index.html").write_text(PAGE.replace("index-1", "gone"))
    with pytest.raises(AssertionError, match=r"the status of /assets/gone\.js is 40"):
        environment.up(tmp_path)
    environment.roll_back()
    assert httpx.get(f"{site.url}/", headers=site.headers).text == PAGE


def test_a_template_that_cannot_be_deployed(environment, page, work, tmp_path):
    """After one that could."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for stack, right, wrong in (("purge", "rate(1 hour)", "rate(9 hours)"), ("api", '"Issuer"', '"NoSuchOutput"')):
        path = tmp_path / "deploy" / "stacks" / stack / "template.py"
        path.write_text(path.read_text().replace(right, wrong))
    with pytest.raises(AssertionError, match="NoSuchOutput"):
        replace(environment, checkout=tmp_path).up(page)
    assert "todo-dev-purge is up to date" in environment.roll_back()
    assert " (exists)" not in environment.deploy("purge", "api")
    work().downloads()
