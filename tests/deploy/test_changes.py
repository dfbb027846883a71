"""What a change set's entries mean, and which of them may lose data."""

import pytest

from deploy.release.changes import Kind, classify, unconfirmed


def entry(action="Modify", resource_type="AWS::DynamoDB::Table", **more):
    return {"Action": action, "LogicalResourceId": "Thing", "ResourceType": resource_type, **more}


def modified(name, **more):
    return {"Details": [{"Target": {"Attribute": "Properties", "Name": name}}], **more}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (entry("Add"), Kind.ADDED),
        (entry("Import"), Kind.ADDED),
        (entry("Remove"), Kind.REMOVED),
        (entry("Dynamic"), Kind.PERHAPS_REPLACED),
        (entry(Replacement="True"), Kind.REPLACED),
        (entry(Replacement="Conditional"), Kind.PERHAPS_REPLACED),
        (entry(Replacement="False"), Kind.MODIFIED),
    ],
)
def test_it_works(change, kind):
    assert classify(change).kind == kind


@pytest.mark.parametrize("kind", ["Remove", "Dynamic"])
def test_what_holds_data_needs_its_name(kind):
    change = classify(entry(kind))
    assert unconfirmed([change], ()) == [change]
    assert unconfirmed([change], ("Thing",)) == []


def test_what_holds_no_data_needs_none():
    assert unconfirmed([classify(entry("Remove", "AWS::SNS::Topic"))], ()) == []


def test_a_kept_resource_needs_its_name_too():
    change = classify(entry("Remove", PolicyAction="Retain"))
    assert change.kept
    assert unconfirmed([change], ()) == [change]


def test_a_doubt_about_a_bucket_is_settled_by_what_can_replace_one():
    bucket = entry(resource_type="AWS::S3::Bucket", Replacement="Conditional")
    assert classify({**bucket, **modified("CorsConfiguration")}).kind == Kind.MODIFIED
    assert classify({**bucket, **modified("BucketName")}).kind == Kind.PERHAPS_REPLACED


def test_an_action_nobody_documents_is_an_error():
    with pytest.raises(KeyError):
        classify(entry("Shrink"))
