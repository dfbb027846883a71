"""The attachments' routes: parse, call, respond."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework.decorators import api_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from files import services
from files.models import SIZE_MAX_THROUGH_SERVICE
from files.serializers import (
    AttachmentOutput,
    ListQuery,
    Reservation,
    ReservationOutput,
    SmallFile,
    attachment_as_json,
    reservation_as_json,
)
from todo_project.api.authentication import caller
from todo_project.api.idempotency import idempotency_key
from todo_project.api.parsers import FormDataParser, StrictJSONParser
from todo_project.api.schema import IDEMPOTENCY_KEY, problems
from todo_project.errors import TooLarge

# What a multipart body has besides the file: boundaries and the part's headers.
_ENVELOPE = 64 * 1024
ATTACHMENTS = inline_serializer("AttachmentList", {"files": AttachmentOutput(many=True)})
_TOO_LARGE = (
    f"A file sent through the service may have {SIZE_MAX_THROUGH_SERVICE // 1024**2} MB at most. "
    "Reserve a direct upload with a JSON body instead: up to 100 MB."
)


class FileCollection(GenericAPIView[Any]):
    """The attachments of one of the caller's to-dos."""

    parser_classes = [StrictJSONParser, FormDataParser]
    serializer_class = SmallFile

    @extend_schema(operation_id="list_files", parameters=[ListQuery], responses={200: ATTACHMENTS, **problems(400, 401, 404)})
    def get(self, request: Request, todo_id: UUID) -> Response:
        """The attachments, oldest first, each with a download URL."""
        query = ListQuery.validated(request.query_params)
        attachments = services.page(caller(request).subject, todo_id, **query)
        return Response({"files": [attachment_as_json(attachment) for attachment in attachments]})

    @extend_schema(
        operation_id="attach_file",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": Reservation, "multipart/form-data": SmallFile},
        responses={201: ReservationOutput, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, todo_id: UUID) -> Response:
        """JSON reserves a direct upload of up to 100 MB and returns its form; multipart/form-data is the file, up to 10 MB."""
        owner = caller(request).subject
        if request.content_type.startswith("multipart/"):
            content, described = _read_upload(request)
            with content:  # closed as soon as it is stored
                attachment = services.attach(owner, todo_id, content, described, key=idempotency_key(request))
        else:
            described = Reservation.validated(request.data)
            attachment = services.reserve(owner, todo_id, described, key=idempotency_key(request))
        location = f"{request.path}/{attachment.file_id}"
        return Response(reservation_as_json(attachment), 201, headers={"Location": location})


@extend_schema(
    operation_id="trash_file",
    request=None,
    responses={204: OpenApiResponse(description="In the trash, for 30 days."), **problems(401, 404)},
)
@api_view(["DELETE"])
def trash(request: Request, todo_id: UUID, file_id: UUID) -> Response:
    """Moves an attachment to the trash, where it stays 30 days."""
    services.trash(caller(request).subject, todo_id, file_id)
    return Response(status=204)


@extend_schema(operation_id="complete_file", request=None, responses={200: AttachmentOutput, **problems(401, 404, 409)})
@api_view(["POST"])
def complete(request: Request, todo_id: UUID, file_id: UUID) -> Response:
    """Ends a direct upload: checks that the object is in S3 as reserved, then lists it."""
    return Response(attachment_as_json(services.complete(caller(request).subject, todo_id, file_id)))


@extend_schema(operation_id="restore_file", request=None, responses={200: AttachmentOutput, **problems(401, 404, 409)})
@api_view(["POST"])
def restore(request: Request, todo_id: UUID, file_id: UUID) -> Response:
    """Takes an attachment out of the trash."""
    return Response(attachment_as_json(services.restore(caller(request).subject, todo_id, file_id)))


def _read_upload(request: Request) -> tuple[Any, dict[str, Any]]:
    """The file of a form, and what a reservation would say of it: the same rules hold for both.

    :raises TooLarge: before anything is read, if the length of the body says so.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX_THROUGH_SERVICE + _ENVELOPE:
        raise TooLarge(_TOO_LARGE)
    upload = SmallFile.validated(request.data)["file"]
    if upload.size > SIZE_MAX_THROUGH_SERVICE:
        raise TooLarge(_TOO_LARGE)
    described = {"fileName": upload.sent_name, "contentType": upload.content_type or "", "size": upload.size}
    return upload, Reservation.validated(described)
