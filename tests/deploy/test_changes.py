"""What a change set's entries mean, and which of them may lose data."""

import pytest

from deploy.release.changes import Kind, classify, unconfirmed


def entry(action="Modify", resource_type="AWS::DynamoDB::Table", **more):
    return {"Action": action, "LogicalResourceId": "Thing", "ResourceType": resource_type, **more}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (entry("Add"), Kind.ADDED),
        (entry("Import"), Kind.ADDED),
        (entry("Dynamic"), Kind.PERHAPS_REPLACED),
        (entry("SyncWithActual"), Kind.MODIFIED),
        (entry("Remove"), Kind.REMOVED),
        (entry(Replacement="True"), Kind.REPLACED),
        (entry(Replacement="Conditional"), Kind.PERHAPS_REPLACED),
        (entry(Replacement="False"), Kind.MODIFIED),
    ],
)
def test_it_works(change, kind):
    assert classify(change).kind == kind


@pytest.mark.parametrize(
    "change", [entry("Remove"), entry("Dynamic"), entry(Replacement="True"), entry(Replacement="Conditional")]
)
def test_what_holds_data_needs_its_name(change):
    change = classify(change)
    assert unconfirmed([change], ()) == [change]
    assert unconfirmed([change], ("Thing",)) == []


def test_what_holds_no_data_needs_none():
    assert unconfirmed([classify(entry("Remove", "AWS::SNS::Topic"))], ()) == []


def test_a_kept_resource_needs_its_name_too():
    change = classify(entry("Remove", PolicyAction="Retain"))
    assert change.kept
    assert unconfirmed([change], ()) == [change]


def test_an_action_nobody_documents_is_an_error():
    with pytest.raises(KeyError):
        classify(entry("Shrink"))
