"""The routes of the published client: its verbs, bodies and responses; the behaviour of the resource (`files.services`)."""

from typing import NoReturn
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from files import services
from files.serializers import LegacyFile
from todo_project.api.authentication import caller
from todo_project.api.schema import LEGACY_STATUS, problems
from todo_project.api.serializers import refuse


@extend_schema(operation_id="legacy_upload", request=LegacyFile, responses=problems(400, 401, 404))
@api_view(["POST"])
def upload(request: Request, todo_id: UUID) -> NoReturn:
    """Always refused: the published client registered any S3 path here, and a path could be another person's object."""
    services.require_todo(caller(request).subject, todo_id)
    detail = f"Objects are not registered by path. Reserve an upload with POST /api/{todo_id}/files instead."
    refuse(["filePath"], "foreign_path", detail)


@extend_schema(
    operation_id="legacy_delete_file",
    request=LegacyFile,
    responses={200: LEGACY_STATUS, **problems(400, 401, 404, 413, 415)},
)
@api_view(["DELETE"])
def delete(request: Request, todo_id: UUID, file_id: UUID) -> Response:
    """Moves an attachment to the trash. The path in the body is not used."""
    LegacyFile.validated(request.data)
    services.trash(caller(request).subject, todo_id, file_id)
    return Response({"status": "success"})
