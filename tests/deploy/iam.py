"""Whether a policy allows a call, by IAM's rules for the operators that our policies use."""

from fnmatch import fnmatchcase


def allows(statements, action, resource, **context):
    """Whether one of the Allow ``statements`` covers the call.

    ``context``: condition keys as they are written, ``**{"aws:ResourceTag/env": "dev"}``.
    """
    return any(
        any(fnmatchcase(action.lower(), each.lower()) for each in listed(statement["Action"]))
        and any(fnmatchcase(resource, each) for each in listed(statement["Resource"]))
        and all(_holds(operator, keys, context) for operator, keys in statement.get("Condition", {}).items())
        for statement in statements
    )


def listed(value):
    return value if isinstance(value, list) else [value]


def _holds(operator, keys, context):
    optional = operator.endswith("IfExists")
    assert operator.removesuffix("IfExists") in {"StringEquals", "ArnEquals"}
    return all(context[key] in listed(values) if key in context else optional for key, values in keys.items())
