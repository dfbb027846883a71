"""Before an image runs: what it is made of is kept, severe vulnerabilities stop production, GitHub says who built it."""

import hashlib
import secrets

import boto3
import pytest
from botocore.stub import Stubber
from rich.console import Console

from deploy import deploy, images
from deploy.release import registry
from deploy.release.deployment import DeploymentError
from deploy.release.records import Records
from tests.embedded.deployer import stand_in

DIGEST = f"sha256:{'0' * 64}"
SEVERE = {"CVE-2026-1": "CRITICAL, openssl", "CVE-2026-2": "HIGH, zlib"}


@pytest.fixture
def repository(emulator):
    """A repository of the embedded AWS with an image."""
    name = f"todos-{secrets.token_hex(4)}"
    uri = emulator.client("ecr").create_repository(repositoryName=name)["repository"]["repositoryUri"]
    stand_in(emulator.client("ecr"), name, "abcdef1")
    return registry.Repository(emulator.client("ecr"), uri)


@pytest.fixture
def kept(emulator):
    name = f"releases-{secrets.token_hex(4)}"
    emulator.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return Records(emulator.client("s3"), name)


@pytest.fixture
def examine(repository, kept, monkeypatch, capsys):
    """Examine the image, in which ECR has found this; returns what is printed."""
    monkeypatch.setattr(images, "sbom", lambda source, user, _: f"{source} {user}".encode())

    def examine(found, *accepted, production=True):
        monkeypatch.setattr(registry.Repository, "severe_findings", lambda *_: found)
        console = Console(soft_wrap=True)
        registry.examine(repository, "abcdef1", kept, accepted, console, is_production=production)
        return capsys.readouterr().out

    return examine


@pytest.fixture
def scanned():
    """The repository of an image that ECR has scanned with this result."""

    def scanned(status, *findings):
        client = boto3.Session("test", "test", region_name="eu-central-1").client("ecr")
        found = {"imageScanStatus": {"status": status}, "imageScanFindings": {"findings": list(findings)}}
        stubber = Stubber(client)
        for _ in range(2):  # the waiter asks, and then the reader
            stubber.add_response("describe_image_scan_findings", found)
        stubber.activate()
        return registry.Repository(client, "registry.example/todos")

    return scanned


def test_it_works(examine, repository, kept, emulator):
    assert examine({}) == ""
    digest = repository.digest("abcdef1")
    key = f"sboms/{digest.removeprefix('sha256:')}.json"
    body = emulator.client("s3").get_object(Bucket=kept.bucket, Key=key)["Body"].read()
    assert body.decode() == f"registry:{repository.uri}@{digest} AWS"


def test_what_an_image_is_made_of_is_found_out_once(examine, monkeypatch):
    examine({})
    monkeypatch.setattr(images, "sbom", lambda *_: pytest.fail("It is kept already."))
    examine({})


def test_severe_vulnerabilities_stop_production_and_are_named(examine):
    with pytest.raises(DeploymentError) as refused:
        examine(SEVERE, "CVE-2026-2")
    assert str(refused.value).endswith(
        ":abcdef1 has known vulnerabilities: CVE-2026-1 (CRITICAL, openssl). Update what has them. "
        "To release it nevertheless, say why for each: --accept CVE-2026-1=REASON"
    )
    assert examine(SEVERE, *SEVERE) == ""


def test_other_environments_are_told_of_them(examine):
    assert examine(SEVERE, production=False).endswith("Production would refuse it.\n")


def test_of_a_scan_what_is_severe_counts(scanned):
    def finding(name, severity):
        return {"name": name, "severity": severity, "attributes": [{"key": "package_name", "value": "openssl"}]}

    repository = scanned("COMPLETE", finding("CVE-2026-1", "CRITICAL"), finding("CVE-2026-2", "MEDIUM"))
    assert repository.severe_findings(DIGEST) == {"CVE-2026-1": "CRITICAL, openssl"}


def test_a_scan_that_failed_stops_production(scanned, kept, monkeypatch):
    monkeypatch.setattr(registry.Repository, "digest", lambda *_: DIGEST)
    monkeypatch.setattr(images, "sbom", lambda *_: b"")
    monkeypatch.setattr(registry.Repository, "credentials", lambda _: ("AWS", ""))
    with pytest.raises(DeploymentError, match=r"^ECR has not scanned registry\.example/todos:abcdef1: "):
        registry.examine(scanned("FAILED"), "abcdef1", kept, (), Console(), is_production=True)


def test_a_vulnerability_is_accepted_with_a_reason_only(capsys):
    assert deploy.parser().parse_args(["up", "--accept", "CVE-2026-1=no fix yet"]).accept == [("CVE-2026-1", "no fix yet")]
    with pytest.raises(SystemExit):
        deploy.parser().parse_args(["up", "--accept", "CVE-2026-1= "])
    assert "'CVE-2026-1= ' gives no reason: write NAME=REASON" in capsys.readouterr().err


def test_github_is_asked_for_what_the_digest_is_of(repository, gh):
    manifest = repository.manifest("abcdef1")
    assert f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}" == repository.digest("abcdef1")
    called = gh(0)
    registry.verify(manifest, "owner/name")
    *_, path, rest = called.read_text().split(" ", 3)
    assert path.endswith("manifest.json")
    assert rest == "--repo owner/name --signer-workflow owner/name/.github/workflows/deploy.yml --source-ref refs/heads/main\n"


def test_only_what_a_release_builds_is_written_down_to_be_attested(run, released, emulator, new_tag, tmp_path):
    tag, subjects = new_tag(), tmp_path / "subjects.txt"
    for _ in range(2):
        assert run("--tag", tag, "--subjects", str(subjects))[0] == 0
    uris = [released("bootstrap")[f"{noun}RepositoryUri"] for noun in ("Todos", "Files")]
    digests = [registry.Repository(emulator.client("ecr"), uri).digest(tag) for uri in uris]
    expected = [f"{digest.removeprefix('sha256:')}  {uri}" for digest, uri in zip(digests, uris, strict=True)]
    assert subjects.read_text().splitlines() == expected


def test_an_image_that_the_pipeline_has_not_built_is_refused(run, released, gh, running, new_tag):
    before = running()
    gh(1)
    status, text = run("--tag", new_tag(), "--attested-by", "owner/name")
    assert (status, running()) == (1, before)
    assert "The pipeline of owner/name has not built this image: no attestations found" in text
