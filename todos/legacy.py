"""The published client's routes: its verbs, bodies and answers; the behaviour of the resource (`todos.views`)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from todo_project.api.schema import IDEMPOTENCY_KEY, problems
from todos import repository
from todos.serializers import LegacyAdd, LegacyNotes, LegacyStatus, LegacyUpdate
from todos.views import USER_ID, found, new_todo, owner_of


class Add(GenericAPIView[Any]):
    """`POST {userID}/todos/add`."""

    serializer_class = LegacyAdd

    @extend_schema(
        operation_id="legacy_add",
        parameters=[USER_ID, IDEMPOTENCY_KEY],
        responses={200: LegacyStatus, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, user_id: str) -> Response:
        """Adds a to-do."""
        owner = owner_of(request, user_id)
        body = LegacyAdd(data=request.data)
        body.is_valid(raise_exception=True)
        new_todo(request, owner, body.changes())
        return Response({"status": "success"})


class Complete(APIView):
    """`POST {userID}/todos/{todoID}/complete`."""

    @extend_schema(
        operation_id="legacy_complete",
        parameters=[USER_ID],
        request=None,
        responses={200: LegacyUpdate, **problems(401, 404, 409)},
    )
    def post(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Marks a to-do completed."""
        found(repository.change(owner_of(request, user_id), todo_id, {"completed": True}, expected=None))
        return Response({"Update": "Success"})


class AddNotes(GenericAPIView[Any]):
    """`POST {userID}/todos/{todoID}/addnotes`."""

    serializer_class = LegacyNotes

    @extend_schema(
        operation_id="legacy_addnotes",
        parameters=[USER_ID],
        responses={200: LegacyUpdate, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Sets a to-do's notes."""
        owner = owner_of(request, user_id)
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        found(repository.change(owner, todo_id, {"notes": body.validated_data["notes"]}, expected=None))
        return Response({"Update": "Success"})


class Delete(APIView):
    """`DELETE {userID}/todos/{todoID}/delete`."""

    @extend_schema(
        operation_id="legacy_delete",
        parameters=[USER_ID],
        responses={200: LegacyStatus, **problems(401, 404, 409)},
    )
    def delete(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Moves a to-do to the trash."""
        found(repository.trash(owner_of(request, user_id), todo_id, expected=None))
        return Response({"status": "success"})
