"""Item 22 of the review checklist: the distribution and what stands in front of it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from deploy.stacks.web.distribution import PAGE_ADDRESSES
from tests.deploy.selections import lasting


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


def test_a_certificate_of_another_region_is_refused(deployment: Any) -> None:
    """CloudFront developer guide, "Requirements for using SSL/TLS certificates with CloudFront": us-east-1."""
    pattern = deployment.templates["web"]["Parameters"]["CertificateArn"]["AllowedPattern"]
    certificate = "arn:aws:acm:{}:123456789012:certificate/12345678-90ab-cdef-1234-567890abcdef"
    assert re.fullmatch(pattern, certificate.format("us-east-1"))
    assert not re.fullmatch(pattern, certificate.format("eu-central-1"))


def test_every_behavior_has_its_policies(deployment: Any) -> None:
    """22"""
    for each in behaviors(deployment):
        assert deployment.target(each["ResponseHeadersPolicyId"]) == "SecurityHeaders"
    site, api = behaviors(deployment)
    assert site["CachePolicyId"] == {"Ref": "SiteCachePolicy"}
    assert api["OriginRequestPolicyId"] == {"Ref": "ApiRequestPolicy"}


def test_the_api_is_never_cached_and_no_two_requests_become_one(deployment: Any) -> None:
    """Every visitor's list has one path. CloudFront developer guide, "Simultaneous requests for the same object (request
    collapsing)": CachingDisabled, of "Use managed cache policies", prevents it.
    """
    (api,) = config(deployment)["CacheBehaviors"]
    assert api["PathPattern"] == "/api/*"
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def test_the_api_gets_what_the_browser_sent_but_the_host(deployment: Any) -> None:
    """22: Accept-Encoding among it. CloudFront developer guide, "Serve compressed files": of what is not cached CloudFront
    compresses nothing, and passes what the origin compressed; an HTTP API passes both headers on.
    """
    (api,) = config(deployment)["CacheBehaviors"]
    assert api["Compress"] is False
    (integration,) = deployment.resources("AWS::ApiGatewayV2::Integration")
    assert not [name for name in integration["RequestParameters"] if "encoding" in name]
    request = deployment.resource(deployment.target(api["OriginRequestPolicyId"]))["OriginRequestPolicyConfig"]
    assert request["HeadersConfig"] == {"HeaderBehavior": "allExcept", "Headers": ["Host"]}
    assert set(api["AllowedMethods"]) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def test_errors_pass_as_they_are_and_are_kept_for_no_time(deployment: Any) -> None:
    """22: CloudFront developer guide, "How CloudFront caches HTTP 4xx and 5xx status codes": ten seconds by default, for 404
    and 5xx whatever the origin's Cache-Control says. A page in their place would hide the API's problem documents.
    """
    responses = config(deployment)["CustomErrorResponses"]
    codes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
    assert responses == [{"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in codes]


@lasting
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


def overrides(deployment: Any) -> dict[str, Any]:
    """Managed rule to what is done instead of its own action."""
    groups = [rule["Statement"].get("ManagedRuleGroupStatement", {}) for rule in deployment.resource("WebAcl")["Rules"]]
    return {each["Name"]: each["ActionToUse"] for group in groups for each in group.get("RuleActionOverrides", [])}


@lasting
def test_notes_and_searches_pass_the_web_acl_whatever_they_say(deployment: Any) -> None:
    """A note may have 50,000 characters, and a search may be for ../etc or <script>. AWS WAF developer guide, "Baseline rule
    groups": every rule of the two groups that looks at a body or at query arguments.
    """
    counted = {name for name, action in overrides(deployment).items() if action == {"Count": {}}}
    assert counted == {
        "CrossSiteScripting_BODY",
        "CrossSiteScripting_QUERYARGUMENTS",
        "EC2MetaDataSSRF_BODY",
        "EC2MetaDataSSRF_QUERYARGUMENTS",
        "GenericLFI_BODY",
        "GenericLFI_QUERYARGUMENTS",
        "GenericRFI_BODY",
        "GenericRFI_QUERYARGUMENTS",
        "JavaDeserializationRCE_BODY",
        "Log4JRCE_BODY",
        "ReactJSRCE_BODY",
        "RestrictedExtensions_QUERYARGUMENTS",
        "SizeRestrictions_BODY",
    }


@lasting
def test_the_web_acl_refuses_with_problem_documents(deployment: Any) -> None:
    """AWS WAF developer guide, "Customizing responses for Block actions"."""
    acl = deployment.resource("WebAcl")
    blocks = [action["Block"] for action in overrides(deployment).values() if "Block" in action]
    blocks += [rule["Action"]["Block"] for rule in acl["Rules"] if "Action" in rule]
    assert len(blocks) == 24
    for block in blocks:
        response = block["CustomResponse"]
        body = acl["CustomResponseBodies"][response["CustomResponseBodyKey"]]
        document = json.loads(body["Content"])
        assert body["ContentType"] == "APPLICATION_JSON"
        assert set(document) == {"type", "title", "status", "detail"}
        assert document["type"].startswith("urn:problem:todo:")
        assert document["status"] == response["ResponseCode"]


@lasting
def test_too_many_requests_are_429_with_a_time_to_wait(deployment: Any) -> None:
    (rate,) = [rule for rule in deployment.resource("WebAcl")["Rules"] if rule["Name"] == "rate"]
    response = rate["Action"]["Block"]["CustomResponse"]
    assert response["ResponseCode"] == 429
    assert response["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "60"}]


def test_accesses_are_logged_without_addresses_and_queries(deployment: Any) -> None:
    """22"""
    delivery = deployment.resource("AccessLogDelivery")
    assert deployment.target(delivery["DeliverySourceName"]) == "AccessLogSource"
    assert not {"c-ip", "cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(delivery["RecordFields"])
    redacted = [log["RedactedFields"] for log in deployment.resources("AWS::WAFv2::LoggingConfiguration")]
    assert len(redacted) == deployment.settings.firewall
    for each in redacted:
        assert each == [{"SingleHeader": {"Name": "authorization"}}, {"QueryString": {}}, {"UriPath": {}}]


def test_security_headers(deployment: Any) -> None:
    """22"""
    headers = deployment.resource("SecurityHeaders")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ${CognitoOrigin} ${AttachmentsOrigin}" in policy
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert headers["StrictTransportSecurity"]["IncludeSubdomains"] is False, "what else is below the domain is not ours"
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
