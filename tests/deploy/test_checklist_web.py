"""Item 22 of the review checklist: the distribution and what stands in front of it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from deploy.stacks.web.distribution import PAGE_ADDRESSES


def config(deployment: Any) -> dict[str, Any]:
    (distribution,) = deployment.resources("AWS::CloudFront::Distribution")
    return distribution["DistributionConfig"]


def behaviors(deployment: Any) -> list[dict[str, Any]]:
    return [config(deployment)["DefaultCacheBehavior"], *config(deployment)["CacheBehaviors"]]


def test_only_this_distribution_reads_the_site(deployment: Any) -> None:
    """22"""
    (site,) = [origin for origin in config(deployment)["Origins"] if origin["Id"] == "site"]
    assert deployment.target(site["OriginAccessControlId"]) == "SiteAccessControl"
    control = deployment.resource("SiteAccessControl")["OriginAccessControlConfig"]
    assert (control["SigningBehavior"], control["SigningProtocol"]) == ("always", "sigv4")
    statements = deployment.resource("SiteBucketPolicy")["PolicyDocument"]["Statement"]
    for statement in [each for each in statements if each["Effect"] == "Allow"]:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        arn = statement["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
        assert arn.endswith(":distribution/${Distribution}")


def test_visitors_and_origins_speak_tls(deployment: Any) -> None:
    """22"""
    assert [each["ViewerProtocolPolicy"] for each in behaviors(deployment)] == ["redirect-to-https", "https-only"]
    (api,) = [origin for origin in config(deployment)["Origins"] if origin["Id"] == "api"]
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert api["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_tls_1_2_is_the_least(deployment: Any) -> None:
    """22: in development CloudFront's own certificate may do, whose minimum CloudFront sets itself."""
    certificate = config(deployment)["ViewerCertificate"]
    if not deployment.is_production:
        condition, certificate, own = certificate["Fn::If"]
        assert (condition, own) == ("HasCertificateArn", {"CloudFrontDefaultCertificate": True})
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert certificate["AcmCertificateArn"] == {"Ref": "CertificateArn"}


def test_production_requires_domain_and_certificate(deployment: Any) -> None:
    """22"""
    parameters = deployment.templates["web"]["Parameters"]
    for name in ("DomainName", "CertificateArn"):
        assert ("Default" in parameters[name]) is not deployment.is_production


def test_every_behavior_has_its_policies(deployment: Any) -> None:
    """22"""
    for each in behaviors(deployment):
        assert deployment.target(each["ResponseHeadersPolicyId"]) == "SecurityHeaders"
        assert deployment.resource(deployment.target(each["CachePolicyId"])).type == "AWS::CloudFront::CachePolicy"


def test_the_api_is_never_cached_and_keeps_its_own_host(deployment: Any) -> None:
    """22"""
    (api,) = config(deployment)["CacheBehaviors"]
    assert api["PathPattern"] == "/api/*"
    policy = deployment.resource(deployment.target(api["CachePolicyId"]))["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 0)
    request = deployment.resource(deployment.target(api["OriginRequestPolicyId"]))["OriginRequestPolicyConfig"]
    assert request["HeadersConfig"] == {"HeaderBehavior": "allExcept", "Headers": ["Host"]}
    assert set(api["AllowedMethods"]) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def test_errors_of_the_api_pass_as_they_are(deployment: Any) -> None:
    """22"""
    assert "CustomErrorResponses" not in config(deployment)


def test_a_web_acl_stands_in_front(deployment: Any) -> None:
    """22"""
    assert deployment.target(config(deployment)["WebACLId"]) == "WebAcl"
    acl = deployment.resource("WebAcl")
    assert acl["Scope"] == "CLOUDFRONT"
    assert {rule["Name"] for rule in acl["Rules"]} == {
        "rate",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }
    assert len({rule["Priority"] for rule in acl["Rules"]}) == len(acl["Rules"])


def test_the_web_acl_lets_long_notes_and_attachments_pass(deployment: Any) -> None:
    """The common rules block bodies of more than 8 KB; a note may have 50,000 characters."""
    rules = {rule["Name"]: rule["Statement"] for rule in deployment.resource("WebAcl")["Rules"]}
    overrides = rules["AWSManagedRulesCommonRuleSet"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    counted = {each["Name"] for each in overrides if each["ActionToUse"] == {"Count": {}}}
    assert counted >= {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"}


def test_accesses_are_logged_without_addresses_and_queries(deployment: Any) -> None:
    """22"""
    delivery = deployment.resource("AccessLogDelivery")
    assert deployment.target(delivery["DeliverySourceName"]) == "AccessLogSource"
    assert not {"c-ip", "cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(delivery["RecordFields"])
    redacted = deployment.resource("WebAclLog")["RedactedFields"]
    assert {"SingleHeader": {"Name": "authorization"}} in redacted


def test_security_headers(deployment: Any) -> None:
    """22"""
    headers = deployment.resource("SecurityHeaders")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ${CognitoOrigin} ${AttachmentsOrigin}" in policy
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert headers["FrameOptions"]["FrameOption"] == "DENY"


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "/index.html"),
        ("/trash", "/index.html"),
        ("/todos/1.5/", "/index.html"),
        ("/assets/app.js", "/assets/app.js"),
        ("/config.json", "/config.json"),
    ],
)
def test_page_addresses_are_answered_with_the_page(tmp_path: Any, address: str, file: str) -> None:
    """The code that runs in CloudFront, run here."""
    script = tmp_path / "handler.js"
    script.write_text(f"{PAGE_ADDRESSES}\nconsole.log(handler({{request: {{uri: '{address}'}}}}).uri)\n")
    answer = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True, timeout=30)
    assert answer.stdout == f"{file}\n"
