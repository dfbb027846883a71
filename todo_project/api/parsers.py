"""Request bodies, read strictly: what two readers could understand differently is refused."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, Final

from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser, DataAndFiles
from rest_framework.renderers import JSONRenderer

from todo_project.errors import TooLarge

MAX_BYTES: Final = 768 * 1024
"""All texts of a to-do at their limits, each character as an escaped surrogate pair, are 706 KB: 12 bytes a character."""

# Half of a pair, written as \ud800: it cannot be sent back in UTF-8. In values it is each field's matter.
_SURROGATE = re.compile("[\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """RFC 8259 in UTF-8, at most MAX_BYTES, without duplicate names, NaN or Infinity, and not nested beyond reason."""

    media_type = "application/json"
    renderer_class = JSONRenderer  # what the browsable API fills its forms with

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        _require(self.media_type, media_type)
        # Without reading: the sender may not even have what it announced.
        announced = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) if parser_context else 0
        body = b"" if announced > MAX_BYTES else stream.read(MAX_BYTES + 1)
        if max(announced, len(body)) > MAX_BYTES:
            raise TooLarge(f"A JSON body may have {MAX_BYTES // 1024} KB at most.")
        try:
            return _DECODER.decode(body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ParseError("The body is not valid UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except json.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error
        except ValueError as error:  # Python reads integers of up to 4,300 digits
            raise ParseError("The body holds a number that is too large.") from error


class FormDataParser(BaseParser):
    """multipart/form-data in UTF-8, with the file names as they were sent. Code that uses a name must check it."""

    media_type = "multipart/form-data"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        _require(self.media_type, media_type)
        request = (parser_context or {})["request"]
        try:
            return DataAndFiles(*_FormParser(request.META, stream, request.upload_handlers).parse())
        except MultiPartParserError as error:
            raise ParseError(f"The form cannot be read: {error}") from error


class _FormParser(DjangoMultiPartParser):
    """Django's parser makes names safe to use in a file system. Here they are not used so, and no name is changed in silence."""

    def sanitize_file_name(self, file_name: str) -> str:
        return file_name

    def parse(self) -> Any:
        try:
            return super().parse()
        except Exception:
            # Django closes the files that have arrived whole, and not the one in progress.
            for handler in self._upload_handlers:  # type: ignore[attr-defined]  # the stubs do not know it
                handler.upload_interrupted()
            raise


def _require(wanted: str, sent: str | None) -> None:
    """DRF gives a parser what matches its media type: `*/*` as well."""
    if (sent or "").partition(";")[0].strip() != wanted:
        raise UnsupportedMediaType(sent or "")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError("The body names a member twice.")
    if _SURROGATE.search("".join(result)):
        raise ParseError("The body has a member whose name is not Unicode: half of a surrogate pair.")
    return result


def _refuse_constant(name: str) -> None:
    raise ParseError(f"{name} is not JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ParseError("The body holds a number that is too large.")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite)
