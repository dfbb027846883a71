"""The attachments' routes: parse, call, respond."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from files import repository, services, storage
from files.models import SIZE_MAX_THROUGH_SERVICE, Attachment
from files.serializers import AttachmentList, AttachmentOutput, ListQuery, Reservation, ReservationOutput, SmallFile, as_json
from todo_project.api.authentication import caller
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.api.parsers import StrictJSONParser
from todo_project.api.schema import IDEMPOTENCY_KEY, problems
from todo_project.aws.timestamps import now
from todo_project.errors import NotFound, TooLarge

# What a multipart body has besides the file: boundaries and the part's headers.
_ENVELOPE = 64 * 1024
_TOO_LARGE = (
    f"A file sent through the service may have {SIZE_MAX_THROUGH_SERVICE // 1024**2} MB at most. "
    "Reserve a direct upload with a JSON body instead: up to 100 MB."
)


def found(attachment: Attachment | None) -> Attachment:
    """The attachment, or 404."""
    if attachment is None:
        raise NotFound
    return attachment


def new_attachment(request: Request, todo_id: UUID, *, name: str, content_type: str, size: int) -> Attachment:
    """The attachment that a request describes; its id follows from the Idempotency-Key, if there is one."""
    owner = caller(request).subject
    has_key = "Idempotency-Key" in request.headers
    return Attachment(
        owner=owner,
        todo_id=todo_id,
        file_id=identifier(request, owner, "file", str(todo_id)),
        file_name=name,
        content_type=content_type,
        size=size,
        created=now(),
        request_hash=fingerprint([name, content_type, size]) if has_key else None,
    )


class FileCollection(GenericAPIView[Any]):
    """The attachments of one of the caller's to-dos."""

    parser_classes = [StrictJSONParser, MultiPartParser]
    serializer_class = SmallFile

    @extend_schema(operation_id="list_files", parameters=[ListQuery], responses={200: AttachmentList, **problems(400, 401, 404)})
    def get(self, request: Request, todo_id: UUID) -> Response:
        """The attachments, oldest first, each with a download URL."""
        query = ListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        owner = caller(request).subject
        if not repository.todo_is_live(owner, todo_id):
            raise NotFound
        attachments = repository.listed(owner, todo_id, trashed=query.validated_data["trashed"])
        return Response({"files": [as_json(attachment) for attachment in attachments]})

    @extend_schema(
        operation_id="attach_file",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": Reservation, "multipart/form-data": SmallFile},
        responses={201: ReservationOutput, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, todo_id: UUID) -> Response:
        """JSON reserves a direct upload of up to 100 MB and answers its form; multipart/form-data is the file, up to 10 MB."""
        if request.content_type.startswith("multipart/"):
            return self._through_service(request, todo_id)
        body = Reservation(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        wanted = new_attachment(request, todo_id, name=data["fileName"], content_type=data["contentType"], size=data["size"])
        reserved = found(repository.reserve(wanted))
        answer = as_json(reserved)
        if reserved.pending:
            answer["upload"] = storage.upload_form(reserved)
        return self._created(request, reserved, answer)

    def _through_service(self, request: Request, todo_id: UUID) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX_THROUGH_SERVICE + _ENVELOPE:
            raise TooLarge(_TOO_LARGE)
        body = SmallFile(data=request.data)
        body.is_valid(raise_exception=True)
        upload = body.validated_data["file"]
        if upload.size > SIZE_MAX_THROUGH_SERVICE:
            raise TooLarge(_TOO_LARGE)
        described = Reservation(data={"fileName": upload.name, "contentType": upload.content_type or "", "size": upload.size})
        described.is_valid(raise_exception=True)
        data = described.validated_data
        wanted = new_attachment(request, todo_id, name=data["fileName"], content_type=data["contentType"], size=data["size"])
        attached = found(services.attach(wanted, upload))
        return self._created(request, attached, as_json(attached))

    @staticmethod
    def _created(request: Request, attachment: Attachment, answer: dict[str, Any]) -> Response:
        return Response(answer, status=201, headers={"Location": f"{request.path}/{attachment.file_id}"})


class FileItem(APIView):
    """One attachment."""

    @extend_schema(
        operation_id="trash_file",
        request=None,
        responses={204: OpenApiResponse(description="In the trash, for 30 days."), **problems(401, 404)},
    )
    def delete(self, request: Request, todo_id: UUID, file_id: UUID) -> Response:
        """Moves an attachment to the trash, where it stays 30 days."""
        found(services.trash(caller(request).subject, todo_id, file_id))
        return Response(status=204)


class FileComplete(APIView):
    """The end of a direct upload."""

    @extend_schema(operation_id="complete_file", request=None, responses={200: AttachmentOutput, **problems(401, 404, 409)})
    def post(self, request: Request, todo_id: UUID, file_id: UUID) -> Response:
        """Checks that the object is in S3 as reserved, then lists it."""
        return Response(as_json(found(services.complete(caller(request).subject, todo_id, file_id))))


class FileRestore(APIView):
    """The way out of the trash."""

    @extend_schema(operation_id="restore_file", request=None, responses={200: AttachmentOutput, **problems(401, 404, 409)})
    def post(self, request: Request, todo_id: UUID, file_id: UUID) -> Response:
        """Takes an attachment out of the trash."""
        return Response(as_json(found(services.restore(caller(request).subject, todo_id, file_id))))
