"""Stack ``identity``: who may sign in. Losing it loses the users, so all but a sandbox retain everything in it."""

from troposphere import Equals, GetAtt, If, Not, NoValue, Ref, Sub, cognito

from deploy.configuration import Configuration
from deploy.shared.buckets import retained
from deploy.shared.stack_template import StackTemplate, unique_name


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "identity", "the user pool, the web client and the domain")
    mail = _mail(stack)
    pool = cognito.UserPool(
        "UserPool",
        stack,
        Metadata={"Description": "The users: e-mail address, password, an authenticator app if they want one."},
        **retained(configuration),
        EmailConfiguration=mail,
        DeletionProtection="ACTIVE" if configuration.settings.retain else "INACTIVE",
        # A pool that names no plan gets Essentials, at three times the price: for passkeys, codes by mail and managed pages.
        UserPoolTier="LITE",
        UsernameAttributes=["email"],
        UsernameConfiguration=cognito.UsernameConfiguration(CaseSensitive=False),
        AutoVerifiedAttributes=["email"],
        # A new address counts only once it is confirmed: until then the old one stays the verified one.
        UserAttributeUpdateSettings=cognito.UserAttributeUpdateSettings(AttributesRequireVerificationBeforeUpdate=["email"]),
        Schema=[cognito.SchemaAttribute(Name="email", AttributeDataType="String", Required=True, Mutable=True)],
        AdminCreateUserConfig=cognito.AdminCreateUserConfig(AllowAdminCreateUserOnly=False),
        AccountRecoverySetting=cognito.AccountRecoverySetting(
            RecoveryMechanisms=[cognito.RecoveryOption(Name="verified_email", Priority=1)]
        ),
        MfaConfiguration="OPTIONAL",
        EnabledMfas=["SOFTWARE_TOKEN_MFA"],
        Policies=cognito.Policies(
            PasswordPolicy=cognito.PasswordPolicy(
                MinimumLength=12,
                RequireLowercase=True,
                RequireUppercase=True,
                RequireNumbers=True,
                RequireSymbols=True,
                TemporaryPasswordValidityDays=3,
            )
        ),
    )
    client = cognito.UserPoolClient(
        "WebClient",
        stack,
        Metadata={"Description": "The web page's client: the password never leaves the browser (SRP)."},
        **retained(configuration),
        UserPoolId=Ref(pool),
        # A browser cannot keep a secret, and its password never leaves it: SRP and refresh only.
        GenerateSecret=False,
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
        AccessTokenValidity=60,
        IdTokenValidity=60,
        RefreshTokenValidity=30,
        TokenValidityUnits=cognito.TokenValidityUnits(AccessToken="minutes", IdToken="minutes", RefreshToken="days"),
        SupportedIdentityProviders=["COGNITO"],
        ReadAttributes=["email", "email_verified"],
        WriteAttributes=["email"],
    )
    domain = cognito.UserPoolDomain(
        "UserPoolDomain",
        stack,
        Metadata={"Description": "The user pool's own host name."},
        **retained(configuration),
        Domain=unique_name(),
        UserPoolId=Ref(pool),
    )
    stack.publish("UserPoolId", "The user pool.", Ref(pool))
    stack.publish("UserPoolArn", "ARN of the user pool.", GetAtt(pool, "Arn"))
    stack.publish("WebClientId", "The web application's client: the audience of its tokens.", Ref(client))
    stack.publish("Issuer", "The issuer of the pool's tokens.", Sub(f"https://${{{pool.title}.ProviderName}}"))
    stack.publish(
        "CognitoOrigin",
        "Where browsers sign in: for the site's security policy.",
        Sub("https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}"),
    )
    stack.publish("UserPoolDomainName", "Prefix of the pool's own sign-in pages.", Ref(domain))
    return stack


def _mail(stack: StackTemplate) -> If:
    """Who sends the codes of registration: an identity of SES, or Cognito itself, which sends 50 mails a day."""
    stack.optional("MailIdentityArn")
    stack.optional("MailSender")
    stack.add_rule(
        "MailIsWhole",
        {
            "RuleCondition": Not(Equals(Ref("MailIdentityArn"), "")),
            "Assertions": [
                {"Assert": Not(Equals(Ref("MailSender"), "")), "AssertDescription": "MailIdentityArn needs MailSender beside it."}
            ],
        },
    )
    sending = cognito.EmailConfiguration(
        EmailSendingAccount="DEVELOPER", SourceArn=Ref("MailIdentityArn"), From=If("HasMailSender", Ref("MailSender"), NoValue)
    )
    return If("HasMailIdentityArn", sending, NoValue)
