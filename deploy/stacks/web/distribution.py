"""The CloudFront distribution: the site from its bucket, the API below /api/, one set of security headers over both."""

from typing import Any, Final

from troposphere import GetAtt, If, NoValue, Ref, Sub, cloudfront, s3, wafv2

from deploy import containers
from deploy.shared.stack_template import StackTemplate, skip_checkov

DAY: Final = 86_400
YEAR: Final = 365 * DAY

CACHING_DISABLED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's managed cache policy: nothing is kept, and no two requests become one, as every visitor's list has one path.

Source: CloudFront developer guide, "Use managed cache policies" and "Simultaneous requests for the same object".
"""
CACHED_ERRORS: Final = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""What CloudFront keeps for ten seconds by itself, some of it whatever Cache-Control says.

Source: CloudFront developer guide, "How CloudFront caches HTTP 4xx and 5xx status codes from your origin".
"""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; "
    "connect-src 'self' ${CognitoOrigin} ${AttachmentsOrigin}; "
    "img-src 'self' ${AttachmentsOrigin}; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types worker"
)
"""A page may speak to its own origin, to Cognito and to the attachments bucket, is shown in no other page, and writes no markup
from strings. Its one Trusted Types policy, ``worker``, names the service worker's script (web/src/offline.ts) and nothing else.
local/web sends the same policy on a laptop, so the page's tests hold it."""

# The site has one page. An address of it without a file's ending is that page; the API never passes through here.
PAGE_ADDRESSES: Final = """function handler(event) {
  var request = event.request;
  if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) {
    request.uri = '/index.html';
  }
  return request;
}
"""


def add_distribution(stack: StackTemplate, site: s3.Bucket, acl: wafv2.WebACL | None) -> cloudfront.Distribution:
    """Add the distribution with its policies. Errors pass as they are: an error page would hide the API's problems."""
    control = cloudfront.OriginAccessControl(
        "SiteAccessControl",
        stack,
        Metadata={"Description": "CloudFront signs its requests to the site's bucket."},
        OriginAccessControlConfig=cloudfront.OriginAccessControlConfig(
            Name=Sub("${AWS::StackName}-site"),
            OriginAccessControlOriginType="s3",
            SigningBehavior="always",
            SigningProtocol="sigv4",
        ),
    )
    site_origin = cloudfront.Origin(
        Id="site",
        DomainName=GetAtt(site, "RegionalDomainName"),
        S3OriginConfig=cloudfront.S3OriginConfig(OriginAccessIdentity=""),
        OriginAccessControlId=GetAtt(control, "Id"),
    )
    headers = {"ResponseHeadersPolicyId": Ref(_add_headers(stack))}
    return cloudfront.Distribution(
        "Distribution",
        stack,
        Metadata={
            "Description": "The one address of the service: the site, and the API below /api/.",
            **skip_checkov(
                {
                    **({} if acl else {"CKV_AWS_68": "A sandbox is known to those who made it; a web ACL costs nine dollars."}),
                    "CKV_AWS_86": "Access logs go by log delivery (AccessLogDelivery): the older way needs ACLs on the bucket.",
                    "CKV_AWS_174": "With a certificate TLS 1.2 is the minimum, and production takes none else; CloudFront's own "
                    "certificate, for development, fixes its minimum itself.",
                    "CKV_AWS_305": "index.html is the default root object.",
                    "CKV_AWS_310": "An origin group repeats a request elsewhere; there is one site and one API.",
                    "CKV_AWS_374": "People use the service from everywhere.",
                }
            ),
        },
        DistributionConfig=cloudfront.DistributionConfig(
            Enabled=True,
            Comment=Sub("${AWS::StackName}"),
            HttpVersion="http2and3",
            IPV6Enabled=True,
            PriceClass="PriceClass_100",
            DefaultRootObject="index.html",
            WebACLId=GetAtt(acl, "Arn") if acl else NoValue,
            Origins=[site_origin, _api_origin(stack)],
            DefaultCacheBehavior=cloudfront.DefaultCacheBehavior(**_site_behavior(stack), **headers),
            CacheBehaviors=[cloudfront.CacheBehavior(PathPattern="/api/*", **_api_behavior(stack), **headers)],
            # A lifetime and no page: the error passes as it is.
            CustomErrorResponses=[cloudfront.CustomErrorResponse(ErrorCode=code, ErrorCachingMinTTL=0) for code in CACHED_ERRORS],
            **_address(stack),
        ),
    )


def _api_origin(stack: StackTemplate) -> cloudfront.Origin:
    secret = f"{{{{resolve:secretsmanager:{stack.configuration.stack_name('origin')}:SecretString}}}}"
    return cloudfront.Origin(
        Id="api",
        DomainName=Ref("ApiHost"),
        CustomOriginConfig=cloudfront.CustomOriginConfig(
            OriginProtocolPolicy="https-only", OriginSSLProtocols=["TLSv1.2"], OriginReadTimeout=containers.API_TIMEOUT + 5
        ),
        OriginCustomHeaders=[cloudfront.OriginCustomHeader(HeaderName=containers.ORIGIN_HEADER, HeaderValue=secret)],
    )


def _site_behavior(stack: StackTemplate) -> dict[str, Any]:
    """Files are cached for as long as their own Cache-Control says; without one, a day."""
    function = cloudfront.Function(
        "PageAddresses",
        stack,
        Metadata={"Description": "Returns the one page for every page's URL."},
        Name=Sub("${AWS::StackName}-page-addresses"),
        AutoPublish=True,
        FunctionCode=PAGE_ADDRESSES,
        FunctionConfig=cloudfront.FunctionConfig(
            Comment="Returns the one page for every page's URL.", Runtime="cloudfront-js-2.0"
        ),
    )
    # Nothing of the request but the path, and which compression it takes, is part of the key.
    cache_policy = cloudfront.CachePolicy(
        "SiteCachePolicy",
        stack,
        Metadata={"Description": "How long CloudFront caches files of the site."},
        CachePolicyConfig=cloudfront.CachePolicyConfig(
            Name=Sub("${AWS::StackName}-site"),
            MinTTL=0,
            DefaultTTL=DAY,
            MaxTTL=YEAR,
            ParametersInCacheKeyAndForwardedToOrigin=cloudfront.ParametersInCacheKeyAndForwardedToOrigin(
                CookiesConfig=cloudfront.CacheCookiesConfig(CookieBehavior="none"),
                HeadersConfig=cloudfront.CacheHeadersConfig(HeaderBehavior="none"),
                QueryStringsConfig=cloudfront.CacheQueryStringsConfig(QueryStringBehavior="none"),
                EnableAcceptEncodingGzip=True,
                EnableAcceptEncodingBrotli=True,
            ),
        ),
    )
    return {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ["GET", "HEAD"],
        "CachedMethods": ["GET", "HEAD"],
        "Compress": True,
        "CachePolicyId": Ref(cache_policy),
        "FunctionAssociations": [
            cloudfront.FunctionAssociation(
                EventType="viewer-request", FunctionARN=GetAtt(function, "FunctionMetadata.FunctionARN")
            )
        ],
    }


def _api_behavior(stack: StackTemplate) -> dict[str, Any]:
    """Nothing is cached; everything the browser sent goes on, but the Host, which must be the API's own.

    Accept-Encoding goes on too, and CloudFront passes what the service compressed: it compresses nothing that it does not cache.
    """
    request_policy = cloudfront.OriginRequestPolicy(
        "ApiRequestPolicy",
        stack,
        Metadata={"Description": "The API gets all that the browser sent, but the host name."},
        OriginRequestPolicyConfig=cloudfront.OriginRequestPolicyConfig(
            Name=Sub("${AWS::StackName}-api"),
            HeadersConfig=cloudfront.OriginRequestHeadersConfig(HeaderBehavior="allExcept", Headers=["Host"]),
            CookiesConfig=cloudfront.OriginRequestCookiesConfig(CookieBehavior="none"),
            QueryStringsConfig=cloudfront.OriginRequestQueryStringsConfig(QueryStringBehavior="all"),
        ),
    )
    return {
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        "Compress": False,
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": Ref(request_policy),
    }


def _add_headers(stack: StackTemplate) -> cloudfront.ResponseHeadersPolicy:
    return cloudfront.ResponseHeadersPolicy(
        "SecurityHeaders",
        stack,
        Metadata={"Description": "Content security policy, HSTS and their like, on every response."},
        ResponseHeadersPolicyConfig=cloudfront.ResponseHeadersPolicyConfig(
            Name=Sub("${AWS::StackName}-security"),
            SecurityHeadersConfig=cloudfront.SecurityHeadersConfig(
                ContentSecurityPolicy=cloudfront.ContentSecurityPolicy(
                    ContentSecurityPolicy=Sub(CONTENT_SECURITY_POLICY), Override=True
                ),
                ContentTypeOptions=cloudfront.ContentTypeOptions(Override=True),
                FrameOptions=cloudfront.FrameOptions(FrameOption="DENY", Override=True),
                ReferrerPolicy=cloudfront.ReferrerPolicy(ReferrerPolicy="no-referrer", Override=True),
                # Not for subdomains: what else lives below the chosen domain is not ours to decide.
                StrictTransportSecurity=cloudfront.StrictTransportSecurity(
                    AccessControlMaxAgeSec=2 * YEAR, IncludeSubdomains=False, Override=True
                ),
            ),
        ),
    )


def _address(stack: StackTemplate) -> dict[str, Any]:
    """The site's own domain and certificate: required in production, in development CloudFront's own will do."""
    certificate = cloudfront.ViewerCertificate(
        AcmCertificateArn=Ref("CertificateArn"), SslSupportMethod="sni-only", MinimumProtocolVersion="TLSv1.2_2021"
    )
    if stack.configuration.settings.domain_required:
        return {"Aliases": [Ref("DomainName")], "ViewerCertificate": certificate}
    return {
        "Aliases": If("HasCertificateArn", [Ref("DomainName")], NoValue),
        "ViewerCertificate": If(
            "HasCertificateArn", certificate, cloudfront.ViewerCertificate(CloudFrontDefaultCertificate=True)
        ),
    }
