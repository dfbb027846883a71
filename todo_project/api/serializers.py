"""Input rules that both services share."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.settings import api_settings
from rest_framework.utils.html import is_html_input

# Unicode's categories Cc and Cs, control characters and lone surrogates; but newline and tab are text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile("[0-9]{1,18}")

# What shows nothing: Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), annotation marks, the blank of Braille.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(rf"[^\s{INVISIBLE}]")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, and in forms and queries repeated ones: nothing sent may be lost in silence."""

    @classmethod
    def validated(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """What the fields make of input, by their `source`.

        :raises ValidationError: it is refused.
        """
        if data is None:
            refuse([api_settings.NON_FIELD_ERRORS_KEY], "null", "No data provided")
        return dict(_made_once(cls, partial).run_validation(data))

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = data.keys() - self.fields.keys()
            if isinstance(data, QueryDict):
                _refuse_repeated(data)
                unknown.discard("csrfmiddlewaretoken")  # of the browsable API's forms
            if unknown:
                detail = f"Unknown field. Known fields: {', '.join(sorted(self.fields))}."
                refuse(sorted(unknown), "unknown_field", detail)
        return super().to_internal_value(data)


@cache
def _made_once(kind: type[StrictSerializer], partial: bool) -> StrictSerializer:
    """A serializer for all requests, as DRF copies and binds all fields for each one that is made: 0.1 ms CPU.

    Safe because a serializer and its fields keep nothing of what they validate.
    """
    return kind(partial=partial)


class QuerySerializer(StrictSerializer):
    """Query parameters: unknown ones and repeated ones are refused."""

    def to_internal_value(self, data: Any) -> Any:
        _refuse_repeated(data)
        # As a plain dict: in what DRF takes for a form, a missing boolean means False.
        return super().to_internal_value(data.dict())


class StringField(serializers.CharField):
    """A string. DRF's own field takes numbers as well."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PlainTextField(StringField):
    """Text of `max_length` characters at most, with CRLF read as newline and without control characters but newline and tab.

    Where it may not be blank, something of it has to be visible.
    """

    default_error_messages = {
        "control": "Control characters other than newline and tab are not allowed.",
        "max_length": "At most {max_length} characters are allowed.",
    }

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str):
            data = data.replace("\r\n", "\n")
            if _CONTROL.search(data):  # before DRF trims: to Python some of them are spaces
                self.fail("control")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not self.allow_blank and not _VISIBLE.search(text):
            self.fail("blank")
        return text


class BooleanField(serializers.BooleanField):
    """`true` or `false` of JSON. DRF's own field takes the words and numbers of forms in JSON as well."""

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:
        value = super().get_value(dictionary)
        # A form (of the browsable API) has words for them.
        return value == "true" if is_html_input(dictionary) and value in {"true", "false"} else value

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class IntegerField(serializers.IntegerField):
    """A whole number of JSON. DRF's own field takes strings as well, in any script's digits and with underscores."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not (isinstance(data, int) or (isinstance(data, float) and data.is_integer())):
            self.fail("invalid")
        return int(data)


class DigitsField(serializers.IntegerField):
    """A whole number in a query: up to 18 ASCII digits."""

    def to_internal_value(self, data: Any) -> int:
        if not _DIGITS.fullmatch(data):
            self.fail("invalid")
        return int(data)


class DayField(serializers.DateField):
    """A day as `YYYY-MM-DD` and nothing else (ISO 8601 has more forms)."""

    default_error_messages = {
        "invalid": "Use a day that exists, as YYYY-MM-DD.",
        "datetime": "Use a day that exists, as YYYY-MM-DD.",
    }

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            self.fail("invalid")
        return super().to_internal_value(value)


def refuse(fields: list[str], code: str, detail: str) -> NoReturn:
    """Raises a validation error of these fields."""
    raise serializers.ValidationError({field: [serializers.ErrorDetail(detail, code=code)] for field in fields})


def _refuse_repeated(data: QueryDict) -> None:
    repeated = sorted(name for name in data if len(data.getlist(name)) > 1)
    if repeated:
        refuse(repeated, "repeated", "Give it once.")
