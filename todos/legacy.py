"""The routes of the published client: its verbs, bodies and responses; the behaviour of the resource (`todos.services`)."""

from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from todo_project.api.authentication import caller
from todo_project.api.idempotency import idempotency_key
from todo_project.api.schema import IDEMPOTENCY_KEY, LEGACY_STATUS, problems
from todos import services
from todos.serializers import LegacyAdd, LegacyNotes
from todos.views import USER_ID

UPDATED = inline_serializer("LegacyUpdate", {"Update": CharField()})


@extend_schema(
    operation_id="legacy_add",
    parameters=[USER_ID, IDEMPOTENCY_KEY],
    request=LegacyAdd,
    responses={200: LEGACY_STATUS, **problems(400, 401, 404, 409, 413, 415)},
)
@api_view(["POST"])
def add(request: Request, user_id: str) -> Response:
    """Adds a to-do."""
    owner = caller(request).owner(user_id)
    services.create(owner, LegacyAdd.validated(request.data), key=idempotency_key(request))
    return Response({"status": "success"})


@extend_schema(
    operation_id="legacy_complete", parameters=[USER_ID], request=None, responses={200: UPDATED, **problems(401, 404, 409)}
)
@api_view(["POST"])
def complete(request: Request, user_id: str, todo_id: UUID) -> Response:
    """Marks a to-do completed."""
    services.change(caller(request).owner(user_id), todo_id, {"completed": True})
    return Response({"Update": "Success"})


@extend_schema(
    operation_id="legacy_addnotes",
    parameters=[USER_ID],
    request=LegacyNotes,
    responses={200: UPDATED, **problems(400, 401, 404, 409, 413, 415)},
)
@api_view(["POST"])
def add_notes(request: Request, user_id: str, todo_id: UUID) -> Response:
    """Sets a to-do's notes."""
    owner = caller(request).owner(user_id)
    services.change(owner, todo_id, LegacyNotes.validated(request.data))
    return Response({"Update": "Success"})


@extend_schema(
    operation_id="legacy_delete", parameters=[USER_ID], request=None, responses={200: LEGACY_STATUS, **problems(401, 404, 409)}
)
@api_view(["DELETE"])
def delete(request: Request, user_id: str, todo_id: UUID) -> Response:
    """Moves a to-do to the trash."""
    services.trash(caller(request).owner(user_id), todo_id)
    return Response({"status": "success"})
