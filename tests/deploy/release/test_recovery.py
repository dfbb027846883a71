"""The ways back: `deploy.py rollback` and `recover` against an embedded AWS."""

from dataclasses import replace

from deploy import images
from deploy.configuration import SETTINGS
from deploy.release import registry

WEB_REGION = "us-east-1"
LARGER = replace(SETTINGS["standard"], todos=replace(SETTINGS["standard"].todos, cpu=1024))
"""A change of the templates."""


def refused(*_):
    raise images.ImageError("The registry is full.")


def test_rollback_goes_to_the_release_before_the_one_that_runs(run, running, new_tag):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    run("--pipeline", "--tag", bad)
    assert running() == [bad, bad]
    status, text = run(command="rollback")
    assert status == 0
    assert running() == [good, good]
    assert bad in text


def test_a_rollback_keeps_the_template_that_is_deployed(run, running, look, monkeypatch, new_tag):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    run("--pipeline", "--tag", bad)
    before = look("services")
    monkeypatch.setitem(SETTINGS, "standard", LARGER)
    assert run(command="rollback")[0] == 0
    assert (running(), look("services")) == ([good, good], before)


def test_recovery_brings_back_images_templates_and_page(run, running, look, broken, page, emulator, released, new_tag):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    before, index = {stack: look(stack) for stack in ("services", "api")}, (page / "index.html").read_text()
    with broken() as patch:
        patch.setitem(SETTINGS, "standard", LARGER)
        (page / "index.html").write_text("broken")
        assert run("--pipeline", "--tag", bad)[1].rstrip().endswith("It does not work.")
    (page / "index.html").write_text(index)
    assert running() == [bad, bad]
    assert look("services") != before["services"]
    status, text = run(command="recover")
    assert status == 0, text
    assert running() == [good, good]
    assert {stack: look(stack) for stack in before} == before
    bucket = released("web", WEB_REGION)["SiteBucketName"]
    assert emulator.client("s3", WEB_REGION).get_object(Bucket=bucket, Key="index.html")["Body"].read().decode() == index
    assert "Nothing to take back" in run(command="recover")[1]


def test_recovery_does_not_undo_a_rollback(run, running, broken, new_tag):
    first, second = new_tag(), new_tag()
    run("--pipeline", "--tag", first)
    run("--pipeline", "--tag", second)
    run(command="rollback")
    with broken():
        run("--pipeline", "--tag", new_tag())
    assert run(command="recover")[0] == 0
    assert running() == [first, first]


def test_recovery_waits_for_a_release_that_changed_something(run, running, monkeypatch, new_tag):
    tag = new_tag()
    run("--pipeline", "--tag", tag)
    run(command="rollback")
    before = running()
    with monkeypatch.context() as patch:
        patch.setattr(registry.Repository, "stand_in", refused)
        assert run("--pipeline", "--tag", new_tag(), "--run", "7")[0] == 1
    status, text = run("--run", "7", command="recover")
    assert (status, running()) == (0, before)
    assert "Nothing to take back" in text


def test_recovery_takes_back_the_release_it_is_told_of_and_no_later_one(run, running, broken, new_tag):
    good, bad, worse = new_tag(), new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    with broken():
        run("--pipeline", "--tag", bad, "--run", "7")
        run("--pipeline", "--tag", worse, "--run", "8")
    assert "Nothing to take back" in run("--run", "7", command="recover")[1]
    assert running() == [worse, worse]
    assert run("--run", "8", command="recover")[0] == 0
    assert running() == [good, good]
