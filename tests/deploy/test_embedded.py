"""What is left out for the embedded AWS, and what goes with it."""

from __future__ import annotations

from typing import Any

from tests.embedded.left_out import LEFT_OUT, LEFT_OUT_WITH, exports, without_left_out


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources, "Outputs": {}}


def test_it_works() -> None:
    kept = {"Type": "AWS::S3::Bucket"}
    reduced, left_out = without_left_out(template(Bucket=kept, Address={"Type": "AWS::EC2::EIP"}))
    assert reduced["Resources"] == {"Bucket": kept}
    assert left_out == {"Address": LEFT_OUT["AWS::EC2::EIP"]}


def test_what_refers_to_it_goes_too_however_far() -> None:
    _, left_out = without_left_out(
        template(
            Address={"Type": "AWS::EC2::EIP"},
            Gateway={"Type": "AWS::EC2::Any", "Properties": {"Id": {"Fn::GetAtt": ["Address", "AllocationId"]}}},
            Route={"Type": "AWS::EC2::Route", "Properties": {"Gateway": {"Ref": "Gateway"}}},
            Text={"Type": "AWS::EC2::Any", "Properties": {"Text": {"Fn::Sub": "to ${Gateway.Id}"}}},
            Named={"Type": "AWS::EC2::Any", "Properties": {"Text": {"Fn::Sub": ["to ${Gateway}", {"Gateway": "x"}]}}},
        )
    )
    assert set(left_out) == {"Address", "Gateway", "Route", "Text"}
    assert left_out["Route"] == "it refers to Gateway, which is left out"


def test_what_only_waits_for_it_stays() -> None:
    reduced, _ = without_left_out(
        template(
            Address={"Type": "AWS::EC2::EIP"},
            First={"Type": "AWS::S3::Bucket", "DependsOn": "Address"},
            Second={"Type": "AWS::S3::Bucket", "DependsOn": ["Address", "First"]},
        )
    )
    assert reduced["Resources"] == {
        "First": {"Type": "AWS::S3::Bucket"},
        "Second": {"Type": "AWS::S3::Bucket", "DependsOn": ["First"]},
    }


def test_a_type_may_be_left_out_for_a_property() -> None:
    math = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}}
    plain = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "x"}}
    reduced, left_out = without_left_out(template(Math=math, Plain=plain))
    assert set(reduced["Resources"]) == {"Plain"}
    assert left_out == {"Math": LEFT_OUT_WITH["AWS::CloudWatch::Alarm", "Metrics"]}


def test_outputs_that_name_it_go_and_their_imports_with_them() -> None:
    first = template(Link={"Type": "AWS::ApiGatewayV2::VpcLink"}, Bucket={"Type": "AWS::S3::Bucket"})
    for name in ("Link", "Bucket"):
        first["Outputs"][name] = {"Value": {"Ref": name}, "Export": {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"}}}
    reduced, _ = without_left_out(first)
    missing = exports(first, "one") - exports(reduced, "one")
    assert missing == {"one-Link"}
    second = template(
        Uses={"Type": "AWS::S3::Bucket", "Properties": {"Link": {"Fn::ImportValue": "one-Link"}}},
        Other={"Type": "AWS::S3::Bucket", "Properties": {"Bucket": {"Fn::ImportValue": "one-Bucket"}}},
    )
    _, left_out = without_left_out(second, missing_exports=missing)
    assert left_out == {"Uses": "it imports one-Link, which is left out"}


def test_the_template_that_is_given_is_not_changed() -> None:
    given = template(Address={"Type": "AWS::EC2::EIP"}, Bucket={"Type": "AWS::S3::Bucket", "DependsOn": "Address"})
    without_left_out(given)
    assert given == template(Address={"Type": "AWS::EC2::EIP"}, Bucket={"Type": "AWS::S3::Bucket", "DependsOn": "Address"})


def test_nothing_is_listed_that_no_template_holds(deployments: list[Any]) -> None:
    types = {resource.type for deployment in deployments for resource in deployment.resources()}
    assert set(LEFT_OUT) <= types


def test_tables_buckets_and_users_are_never_left_out(deployment: Any) -> None:
    for stack in ("data", "identity"):
        _, left_out = without_left_out(deployment.templates[stack])
        assert all("Alarm" in name or name == "BackupSelection" for name in left_out)
