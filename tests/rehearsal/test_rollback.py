"""A release whose page or whose template is broken fails, and is put back as a whole, as the pipeline does it."""

import shutil
from dataclasses import replace

import httpx
import pytest

from tests.rehearsal.conftest import PAGE
from tests.rehearsal.emulated import ROOT


def test_it_works(environment, site, page, tmp_path):
    """A page that names a file which is not there."""
    (tmp_path / "index.html").write_text(PAGE.replace("index-1", "gone"))
    with pytest.raises(AssertionError, match=r"the status of /assets/gone\.js is 40"):
        environment.up(tmp_path, run="page")
    environment.roll_back("page")
    assert httpx.get(f"{site.url}/", headers=site.headers).text == PAGE


def test_a_template_that_cannot_be_deployed(environment, page, work, tmp_path):
    """One stack has changed before another one fails."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for stack, right, wrong in (("purge", '"purge", "', '"purge", "not '), ("api", '"Issuer"', '"NoSuchOutput"')):
        path = tmp_path / "deploy" / "stacks" / stack / "template.py"
        path.write_text(path.read_text().replace(right, wrong))
    before = environment.templates()
    with pytest.raises(AssertionError, match="NoSuchOutput"):
        replace(environment, checkout=tmp_path).up(page, run="template")
    assert environment.templates() != before
    environment.roll_back("template")
    assert environment.templates() == before
    work().downloads()
