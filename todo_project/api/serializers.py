"""Input rules that both services share."""

import re
from functools import cache
from typing import Any, NoReturn

from django.http import QueryDict
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BindingDict

# Unicode's categories Cc and Cs, control characters and lone surrogates; but newline and tab are text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, and in forms and queries repeated ones: nothing sent may be lost in silence.

    DRF copies and binds all fields for every serializer, that is for every request. Here each class has them once, bound to a
    serializer of its kind. Saves 0.1 ms CPU of a list or a creation (docs/benchmarks.md). Safe because fields keep nothing of
    what they check, and ours ask their serializer for `partial` alone. tests/api/test_input_fields.py holds both ways equal.
    """

    @cached_property
    def fields(self) -> BindingDict:
        """The fields by name."""
        return _fields_of(type(self), self.partial)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if isinstance(data, QueryDict):
                _refuse_repeated(data)
                known.add("csrfmiddlewaretoken")  # of the browsable API's forms
            unknown = sorted(set(data) - known)
            if unknown:
                names = ", ".join(sorted(known - {"csrfmiddlewaretoken"})) or "none"
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(f"Unknown field. Known fields: {names}.", code="unknown_field")
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


@cache
def _fields_of(kind: type[StrictSerializer], partial: bool) -> BindingDict:
    return _bound(kind(partial=partial))


def _bound(serializer: StrictSerializer) -> BindingDict:
    fields = BindingDict(serializer)
    for name, field in serializer.get_fields().items():
        fields[name] = field
    return fields


class PlainTextField(serializers.CharField):
    """Text of `max_length` characters at most, with CRLF read as newline and without control characters but newline and tab."""

    default_error_messages = {
        "control": "Control characters other than newline and tab are not allowed.",
        "max_length": "At most {max_length} characters are allowed.",
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data).replace("\r\n", "\n")
        if _CONTROL.search(text):
            self.fail("control")
        return text


class DayField(serializers.DateField):
    """A day as `YYYY-MM-DD` and nothing else (ISO 8601 has more forms). `allow_empty` reads an empty string as null."""

    default_error_messages = {
        "invalid": "Use a day that exists, as YYYY-MM-DD.",
        "datetime": "Use a day that exists, as YYYY-MM-DD.",
    }

    def __init__(self, *, allow_empty: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.allow_empty = allow_empty

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(None if self.allow_empty and data == "" else data)

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            self.fail("invalid")
        return super().to_internal_value(value)


class QuerySerializer(StrictSerializer):
    """Query parameters: unknown ones and repeated ones are refused."""

    def to_internal_value(self, data: Any) -> Any:
        _refuse_repeated(data)
        # As a plain dict: in what DRF takes for a form, a missing boolean means False.
        return super().to_internal_value(data.dict())


def refuse(field: str, code: str, detail: str) -> NoReturn:
    """Raises the validation error of one field."""
    raise serializers.ValidationError({field: serializers.ErrorDetail(detail, code=code)})


def _refuse_repeated(data: QueryDict) -> None:
    repeated = sorted(name for name in data if len(data.getlist(name)) > 1)
    if repeated:
        raise serializers.ValidationError({name: serializers.ErrorDetail("Give it once.", code="repeated") for name in repeated})
