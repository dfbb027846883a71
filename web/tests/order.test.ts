import { describe, expect, it } from "vitest";
import type { Todo } from "../src/model";
import { inOrder, sectionOf, sections } from "../src/order";

function todo(todoID: string, dateDue: string | null, completed = false, dateCreated = "2026-01-01T00:00:00Z"): Todo {
  return {
    todoID,
    userID: "u",
    title: todoID,
    description: "",
    notes: "",
    dateDue,
    repeats: null,
    completed,
    starred: false,
    dateCompleted: completed ? dateCreated : null,
    nextID: null,
    dateCreated,
    dateModified: dateCreated,
    attachments: 0,
    version: 1,
  };
}

describe("order", () => {
  it("is the API's: open, earliest due, none last, newest; then what was completed last", () => {
    const todos = [
      todo("done", "2020-01-01", true),
      todo("done later", null, true, "2026-03-01T00:00:00Z"),
      todo("none", null),
      todo("late", "2026-01-01"),
      todo("soon", "2026-06-01"),
      todo("soon, newer", "2026-06-01", false, "2026-02-01T00:00:00Z"),
    ];
    expect(todos.sort(inOrder).map((one) => one.todoID)).toEqual(["late", "soon, newer", "soon", "none", "done later", "done"]);
  });
});

describe("sections", () => {
  const today = "2026-05-05";
  it.each([
    ["overdue", todo("a", "2026-05-04")],
    ["today", todo("a", "2026-05-05")],
    ["upcoming", todo("a", "2026-05-06")],
    ["noDate", todo("a", null)],
    ["completed", todo("a", "2026-05-04", true)],
  ] as const)("%s", (section, one) => {
    expect(sectionOf(one, today)).toBe(section);
  });
  it("leaves empty ones out and keeps their order", () => {
    const groups = sections([todo("b", "2026-05-05"), todo("c", null), todo("d", null, true)], today);
    expect(groups.map((group) => [group.section, group.items.length])).toEqual([
      ["today", 1],
      ["noDate", 1],
      ["completed", 1],
    ]);
  });
});
