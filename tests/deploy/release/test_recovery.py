"""The way back: `deploy.py rollback` against an embedded AWS."""

from dataclasses import replace

from deploy import images
from deploy.configuration import SETTINGS

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
    assert "Back to the release of" in text


def test_a_rollback_puts_back_templates_and_says_what_stays(run, running, look, monkeypatch, new_tag):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    before = look("services")
    with monkeypatch.context() as patch:
        patch.setitem(SETTINGS, "standard", LARGER)
        run("--pipeline", "--tag", bad)
    status, text = run(command="rollback")
    assert (status, running(), look("services")) == (0, [good, good], before)
    assert "Data stays as it is." in text


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
    status, text = run(command="rollback")
    assert status == 0, text
    assert running() == [good, good]
    assert {stack: look(stack) for stack in before} == before
    bucket = released("web", WEB_REGION)["SiteBucketName"]
    assert emulator.client("s3", WEB_REGION).get_object(Bucket=bucket, Key="index.html")["Body"].read().decode() == index


def test_recovery_does_not_undo_a_rollback(run, running, broken, new_tag):
    first, second = new_tag(), new_tag()
    run("--pipeline", "--tag", first)
    run("--pipeline", "--tag", second)
    run(command="rollback")
    with broken():
        run("--pipeline", "--tag", new_tag())
    assert run(command="rollback")[0] == 0
    assert running() == [first, first]


def test_recovery_waits_for_a_release_that_changed_something(run, running, monkeypatch, new_tag):
    tag = new_tag()
    run("--pipeline", "--tag", tag)
    run(command="rollback")
    before = running()
    with monkeypatch.context() as patch:
        patch.setattr(images, "push", refused)
        assert run("--pipeline", "--tag", new_tag(), "--run", "7")[0] == 1
    status, text = run("--run", "7", command="rollback")
    assert (status, running()) == (0, before)
    assert "Nothing to roll back" in text


def test_recovery_takes_back_the_release_it_is_told_of_and_no_later_one(run, running, broken, new_tag):
    good, bad, worse = new_tag(), new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    with broken():
        run("--pipeline", "--tag", bad, "--run", "7")
        run("--pipeline", "--tag", worse, "--run", "8")
    assert "Nothing to roll back" in run("--run", "7", command="rollback")[1]
    assert running() == [worse, worse]
    assert run("--run", "8", command="rollback")[0] == 0
    assert running() == [good, good]
