"""CloudWatch's embedded metric format, as its specification has it (Amazon CloudWatch User Guide)."""

import json
from typing import Any

import jsonschema

_UNITS = ["Milliseconds", "Count", "None"]  # of the many there are, those in use here
_TEXT = {"type": "string", "minLength": 1}

# The specification's own schema, with the limits its text gives beside it.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 1_600_000_000_000},
                "CloudWatchMetrics": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "additionalProperties": False,
                        "properties": {
                            "Namespace": {"type": "string", "pattern": r"^(?!AWS/)[0-9A-Za-z.\-_/#]{1,255}$"},
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {"type": "array", "minItems": 1, "maxItems": 30, "uniqueItems": True, "items": _TEXT},
                            },
                            "Metrics": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "Name": {**_TEXT, "maxLength": 1024},
                                        "Unit": {"enum": _UNITS},
                                        "StorageResolution": {"enum": [1, 60]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}


def points(line: dict[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """The data points CloudWatch makes of a line: values by metric, by the values of each set of dimensions.

    Raises where a line is not what the specification asks for.
    """
    jsonschema.validate(line, SCHEMA)
    assert len(json.dumps(line)) < 1024 * 1024
    [directive] = line["_aws"]["CloudWatchMetrics"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert len(set(names)) == len(names)
    for name in names:  # the target members: numbers at the root
        assert isinstance(line[name], int | float), name
        assert not isinstance(line[name], bool), name
    for name in {name for names in directive["Dimensions"] for name in names}:
        assert isinstance(line[name], str), name
        assert 1 <= len(line[name]) <= 1024, name
        assert line[name].isascii(), name
        assert not line[name].startswith(":"), name
    return {tuple(line[name] for name in each): {name: line[name] for name in names} for each in directive["Dimensions"]}
