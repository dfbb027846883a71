"""deploy.py against an embedded AWS, which boto3 calls when AWS_ENDPOINT_URL says so; what else differs from AWS is here.

AWS_ENDPOINT_URL=http://127.0.0.1:4566 python -m tests.embedded.deployer up --environment weekend --region eu-central-1
"""

import json
import os
import sys
from dataclasses import replace
from functools import cache, partial
from types import SimpleNamespace
from urllib.parse import urlsplit

import boto3
import httpx
import pytest
from botocore.config import Config

from deploy import deploy, images, smoke
from deploy.release import changes, preflight, registry, rollout
from deploy.release.deployment import Deployer
from deploy.stacks import STACKS
from tests.embedded.adapted import in_other_words
from tests.embedded.left_out import exports, without_left_out
from tests.emulator import REGION


def on_embedded_aws(patch, url, region):
    """Until ``patch`` is undone, deploy.py deploys to the embedded AWS at ``url`` with its administrator's keys."""
    for name, value in {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        patch.setenv(name, value)
    patch.setattr(rollout, "STACKS", [replace(stack, template=partial(template, stack, url)) for stack in STACKS])
    patch.setattr(rollout, "Deployer", partial(Deployer, seconds=0.1))
    patch.setattr(rollout, "RETRIES", Config(retries={"mode": "standard", "max_attempts": 2}))
    patch.setattr(changes, "classify", partial(classify, changes.classify))
    # It rolls: no deployment waits for a smoke test.
    patch.setattr(rollout.Rollout, "_smoke_gate", lambda *_: None)
    # It has no Service Quotas, and takes seconds to say so.
    patch.setattr(preflight, "quota", lambda *_: "not known")
    # It keeps names of images and no images, so that nothing has to be built or can be looked into.
    patch.setattr(images, "engine", lambda: "none")
    patch.setattr(images, "log_in", lambda *_, **__: None)
    patch.setattr(images, "build", lambda *_, **__: None)
    patch.setattr(images, "push", partial(push, region))
    patch.setattr(images, "copy", partial(copy, region))
    patch.setattr(registry, "examine", lambda *_, **__: None)
    # The page alone: tests/journey.py makes the rest of the journey.
    patch.setattr(smoke, "smoke", lambda site, _: smoke.page_is_served(site) or True)
    patch.setattr(httpx, "get", partial(get, httpx.get, url))


@cache
def missing_exports(configuration):
    """The exports of an environment that go with what is left out."""
    missing = set()
    for stack in STACKS:
        name, whole = configuration.stack_name(stack.name), stack.template(configuration).to_dict()
        reduced, _ = without_left_out(whole, missing_exports=missing)
        missing |= exports(whole, name) - exports(reduced, name)
    return missing


def template(stack, url, configuration):
    """The template of a stack as the embedded AWS can create it."""
    return _template(stack.template, url, configuration, configuration.settings)


@cache
def _template(make, url, configuration, _settings):
    """Made once for the same settings; tests change those of a profile."""
    adapted = in_other_words(make(configuration).to_dict(), url)
    reduced, _ = without_left_out(adapted, missing_exports=missing_exports(configuration))
    return SimpleNamespace(to_dict=lambda: reduced)


def classify(real, change):
    """It has no table of what replaces a bucket, and calls every change of one Conditional. None of ours does replace one."""
    doubt = change["ResourceType"] == "AWS::S3::Bucket" and change.get("Replacement") == "Conditional"
    return real({**change, "Replacement": "False"} if doubt else change)


def push(region, _, image):
    """A manifest without layers under the image's name."""
    repository, tag = image.rsplit(":", 1)
    stand_in(boto3.client("ecr", region), repository.split("/", 1)[1], tag)


def copy(region, _, source, target):
    """The manifest of ``source``, by digest, under the other name."""
    (repository, digest), (other, tag) = source.split("@"), target.rsplit(":", 1)
    ecr, name = boto3.client("ecr", region), repository.split("/", 1)[1]
    (found,) = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageDigest": digest}])["images"]
    ecr.put_image(repositoryName=other.split("/", 1)[1], imageManifest=found["imageManifest"], imageTag=tag)


def stand_in(ecr, name, tag):
    """Put an image of no layers into a repository."""
    layer = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 0, "digest": f"sha256:{'0' * 64}"}
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {**layer, "comment": f"{name}:{tag}"},
        "layers": [],
    }
    ecr.put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag)


def get(real, endpoint, url, *, headers=None, **more):
    """It tells distributions apart by the Host, and speaks plain HTTP."""
    asked = urlsplit(url)
    if asked.scheme == "https":
        url = f"{endpoint}{asked.path}"
        headers = {**(headers or {}), "Host": asked.netloc, "X-Forwarded-Proto": "https"}
    return real(url, headers=headers, **more)


if __name__ == "__main__":
    on_embedded_aws(pytest.MonkeyPatch(), os.environ["AWS_ENDPOINT_URL"], REGION)
    sys.exit(deploy.main())
