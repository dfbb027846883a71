"""The to-dos' routes: parse, call, respond."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from todo_project.api.authentication import caller
from todo_project.api.etags import expected_versions, is_known
from todo_project.api.idempotency import idempotency_key
from todo_project.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, problems
from todo_project.aws.items import Item
from todos import services
from todos.serializers import (
    DeleteEverythingQuery,
    DeleteQuery,
    ListQuery,
    TodoInput,
    TodoOutput,
    TodoPage,
    page_etag,
    todo_as_json,
)

# What a response links to: whichever name the request used, this one needs no escaping and contains no e-mail address.
MINE: Final = "/api/me/todos"

USER_ID = OpenApiParameter(
    "user_id", str, OpenApiParameter.PATH, description="`me`, or the caller's sub, username or verified e-mail."
)


class TodoCollection(GenericAPIView[Any]):
    """The caller's to-dos."""

    serializer_class = TodoInput

    @extend_schema(
        operation_id="list_todos",
        parameters=[USER_ID, ListQuery, IF_NONE_MATCH],
        request=None,
        responses={200: TodoPage, 304: OpenApiResponse(description="As it was."), **problems(400, 401, 404)},
    )
    def get(self, request: Request, user_id: str) -> Response:
        """A page of to-dos: open first, earliest due first, none last, then the newest; then what was completed last."""
        owner = caller(request).owner(user_id)
        items, cursor = services.page(owner, **ListQuery.validated(request.query_params))
        tag = page_etag(items, cursor)
        if is_known(request, tag):
            return Response(status=304, headers={"ETag": tag})
        following = f"{MINE}?{urlencode({**request.query_params.dict(), 'cursor': cursor})}" if cursor else None
        return Response({"todos": [todo_as_json(item) for item in items], "next": following}, headers={"ETag": tag})

    @extend_schema(
        operation_id="create_todo",
        parameters=[USER_ID, IDEMPOTENCY_KEY],
        request=TodoInput,
        responses={201: TodoOutput, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, user_id: str) -> Response:
        """Adds a to-do."""
        owner = caller(request).owner(user_id)
        item = services.create(owner, TodoInput.validated(request.data), key=idempotency_key(request))
        return _respond(item, 201, Location=f"{MINE}/{item['todoID']['S']}")

    @extend_schema(
        operation_id="delete_everything",
        parameters=[USER_ID, DeleteEverythingQuery],
        responses={204: OpenApiResponse(description="Deleted for good within a day."), **problems(400, 401, 404)},
    )
    def delete(self, request: Request, user_id: str) -> Response:
        """Deletes every to-do and attachment of the caller for good, within a day: for somebody who deletes the account."""
        owner = caller(request).owner(user_id)
        DeleteEverythingQuery.validated(request.query_params)
        services.delete_everything(owner)
        return Response(status=204)


class TodoItem(GenericAPIView[Any]):
    """One of the caller's to-dos."""

    serializer_class = TodoInput

    @extend_schema(operation_id="read_todo", parameters=[USER_ID], responses={200: TodoOutput, **problems(401, 404)})
    def get(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Reads a to-do."""
        return _respond(services.get(caller(request).owner(user_id), todo_id))

    @extend_schema(
        operation_id="change_todo",
        parameters=[USER_ID, IF_MATCH],
        request=TodoInput(partial=True),
        responses={200: TodoOutput, **problems(400, 401, 404, 409, 412, 413, 415)},
    )
    def patch(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Changes what the body names and leaves the rest. What changes nothing leaves the version."""
        owner = caller(request).owner(user_id)
        changes = TodoInput.validated(request.data, partial=True)
        return _respond(services.change(owner, todo_id, changes, expected=expected_versions(request)))

    @extend_schema(
        operation_id="trash_todo",
        parameters=[USER_ID, IF_MATCH, DeleteQuery],
        responses={204: OpenApiResponse(description="In the trash, for 30 days; or gone."), **problems(400, 401, 404, 409, 412)},
    )
    def delete(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Moves a to-do to the trash, where it stays 30 days; with `trashed=true` deletes one that is there for good."""
        owner = caller(request).owner(user_id)
        remove = services.delete if DeleteQuery.validated(request.query_params)["trashed"] else services.trash
        remove(owner, todo_id, expected=expected_versions(request))
        return Response(status=204)


@extend_schema(
    operation_id="restore_todo",
    parameters=[USER_ID, IF_MATCH],
    request=None,
    responses={200: TodoOutput, **problems(400, 401, 404, 409, 412)},
)
@api_view(["POST"])
def restore(request: Request, user_id: str, todo_id: UUID) -> Response:
    """Takes a to-do out of the trash with its attachments."""
    return _respond(services.restore(caller(request).owner(user_id), todo_id, expected=expected_versions(request)))


def _respond(item: Item, status: int = 200, **headers: str) -> Response:
    body = todo_as_json(item)
    return Response(body, status, headers={"ETag": f'"{body["version"]}"', **headers})
