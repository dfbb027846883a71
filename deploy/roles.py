"""Trust and permission documents, written one way everywhere."""

from __future__ import annotations

from typing import Any

from troposphere import Ref


def trusting(service: str) -> dict[str, Any]:
    """A trust policy for one AWS service, acting for this account only (against the confused deputy)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}},
            }
        ],
    }


def allowing(
    sid: str, actions: tuple[str, ...] | list[str], resources: Any, condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One Allow statement; ``actions`` are sorted, so that the order in code never changes a template."""
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document of ``statements``."""
    return {"Version": "2012-10-17", "Statement": list(statements)}
