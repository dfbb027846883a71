"""The to-dos' routes: parse, call, respond."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from todo_project.api import pagination
from todo_project.api.authentication import caller
from todo_project.api.etags import etag, expected_version
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.api.schema import IDEMPOTENCY_KEY, IF_MATCH, problems
from todo_project.aws.timestamps import now
from todo_project.errors import NotFound
from todos import repository
from todos.models import Todo
from todos.serializers import ListQuery, TodoInput, TodoOutput, TodoPage, as_json, items_as_json

USER_ID = OpenApiParameter(
    "user_id", str, OpenApiParameter.PATH, description="`me`, or the caller's sub, username or verified e-mail."
)


def owner_of(request: Request, user_id: str) -> str:
    """The caller's subject, if the path names the caller; else 404."""
    return caller(request).owner(user_id)


def found(todo: Todo | None) -> Todo:
    """The to-do, or 404."""
    if todo is None:
        raise NotFound
    return todo


def new_todo(request: Request, owner: str, changes: dict[str, Any]) -> Todo:
    """Stores the to-do that a request describes; a retry with the same Idempotency-Key returns the first."""
    moment = now()
    has_key = "Idempotency-Key" in request.headers
    todo = Todo(
        owner=owner,
        todo_id=identifier(request, owner, "todo"),
        created=moment,
        modified=moment,
        request_hash=fingerprint(changes) if has_key else None,
        **changes,
    )
    return repository.create(todo)


def answer(todo: Todo, status: int = 200, **headers: str) -> Response:
    """A to-do with its ETag."""
    return Response(as_json(todo), status, headers={"ETag": etag(todo.version), **headers})


class TodoCollection(GenericAPIView[Any]):
    """The caller's to-dos."""

    serializer_class = TodoInput

    @extend_schema(
        operation_id="list_todos",
        parameters=[USER_ID, ListQuery],
        request=None,
        responses={200: TodoPage, **problems(400, 401, 404)},
    )
    def get(self, request: Request, user_id: str) -> Response:
        """A page of to-dos: open first, earliest due first, none last, then the newest."""
        owner = owner_of(request, user_id)
        query = ListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        view, limit = query.view(), query.validated_data["limit"]
        facts = {"completed": view.completed, "trashed": view.trashed, "search": view.search}
        cursor = query.validated_data.get("cursor")
        after = pagination.decode(owner, facts, cursor) if cursor else None
        page = repository.page(owner, view, after=after, limit=limit)
        following = pagination.next_url(request, pagination.encode(owner, facts, page.position)) if page.position else None
        return Response({"todos": items_as_json(page.items), "next": following})

    @extend_schema(
        operation_id="create_todo",
        parameters=[USER_ID, IDEMPOTENCY_KEY],
        request=TodoInput,
        responses={201: TodoOutput, **problems(400, 401, 404, 409, 413, 415)},
    )
    def post(self, request: Request, user_id: str) -> Response:
        """Adds a to-do."""
        owner = owner_of(request, user_id)
        body = TodoInput(data=request.data)
        body.is_valid(raise_exception=True)
        todo = new_todo(request, owner, body.changes())
        return answer(todo, 201, Location=f"{request.path}/{todo.todo_id}")


class TodoItem(GenericAPIView[Any]):
    """One of the caller's to-dos."""

    serializer_class = TodoInput

    @extend_schema(operation_id="read_todo", parameters=[USER_ID], responses={200: TodoOutput, **problems(401, 404)})
    def get(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Reads a to-do."""
        return answer(found(repository.get(owner_of(request, user_id), todo_id)))

    @extend_schema(
        operation_id="change_todo",
        parameters=[USER_ID, IF_MATCH],
        request=TodoInput(partial=True),
        responses={200: TodoOutput, **problems(400, 401, 404, 409, 412, 413, 415)},
    )
    def patch(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Changes what the body names and leaves the rest."""
        owner = owner_of(request, user_id)
        body = TodoInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return answer(found(repository.change(owner, todo_id, body.changes(), expected=expected_version(request))))

    @extend_schema(
        operation_id="trash_todo",
        parameters=[USER_ID, IF_MATCH],
        responses={204: OpenApiResponse(description="In the trash, for 30 days."), **problems(401, 404, 409, 412)},
    )
    def delete(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Moves a to-do to the trash, where it stays 30 days."""
        found(repository.trash(owner_of(request, user_id), todo_id, expected=expected_version(request)))
        return Response(status=204)


class TodoRestore(APIView):
    """The way out of the trash."""

    @extend_schema(
        operation_id="restore_todo",
        parameters=[USER_ID, IF_MATCH],
        request=None,
        responses={200: TodoOutput, **problems(401, 404, 409, 412)},
    )
    def post(self, request: Request, user_id: str, todo_id: UUID) -> Response:
        """Takes a to-do out of the trash with its attachments."""
        return answer(found(repository.restore(owner_of(request, user_id), todo_id, expected=expected_version(request))))
