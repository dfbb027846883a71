"""The to-dos' addresses, below /api/."""

from django.urls import path

from todos import published, views

urlpatterns = [
    path("<str:user_id>/todos", views.TodoCollection.as_view(), name="todos"),
    path("<str:user_id>/todos/add", published.Add.as_view(), name="published-add"),
    path("<str:user_id>/todos/<uuid:todo_id>", views.TodoItem.as_view(), name="todo"),
    path("<str:user_id>/todos/<uuid:todo_id>/restore", views.TodoRestore.as_view(), name="todo-restore"),
    path("<str:user_id>/todos/<uuid:todo_id>/complete", published.Complete.as_view(), name="published-complete"),
    path("<str:user_id>/todos/<uuid:todo_id>/addnotes", published.AddNotes.as_view(), name="published-addnotes"),
    path("<str:user_id>/todos/<uuid:todo_id>/delete", published.Delete.as_view(), name="published-delete"),
]
