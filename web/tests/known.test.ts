// @vitest-environment happy-dom
/** A page of a list that was asked for before a change, and arrives after it. */
import { beforeEach, expect, it } from "vitest";
import { added, allFields } from "../src/changes";
import { confirmed, put, take } from "../src/known";
import type { Item, Todo } from "../src/model";
import { settled } from "../src/outbox";
import { entries } from "../src/store";
import { known, listed, trashed } from "../src/todos";

const ID = "11111111-1111-4111-8111-111111111111";
const FIELDS = { title: "Call home", description: "", notes: "", dateDue: null, repeats: null, completed: false, starred: false };
const MADE = { dateCreated: "2026-11-01T08:00:00Z", dateModified: "2026-11-01T08:00:00Z", dateCompleted: null };
const TODO: Todo = { todoID: ID, userID: "alice", ...FIELDS, ...MADE, nextID: null, attachments: 0, version: 1 };

const late = (act: () => void, todo = TODO): void => {
  const asked = performance.now();
  act();
  take([todo], asked, false);
};

beforeEach(() => {
  entries.value = [];
  put(confirmed(TODO));
});

it("does not undo what was changed", () => {
  const patch = { title: "Call Ada" };
  late(() => settled({ todoID: ID, kind: "change", patch, base: FIELDS }, confirmed({ ...TODO, ...patch, version: 2 })));
  expect(listed.value.map(({ item }) => item.title)).toEqual(["Call Ada"]);
});

it.each<[string, Item | null]>([
  ["here", { ...confirmed(TODO), trashed: true }],
  ["here and elsewhere at once", null],
])("does not bring back what was deleted %s", (_, item) => {
  late(() => settled({ todoID: ID, kind: "trash", base: allFields(TODO) }, item));
  expect([listed.value, trashed.value.map(({ todoID }) => todoID)]).toEqual([[], [ID]]);
});

it("leaves words that are on their way, over what somebody else wrote", () => {
  const typed = { kind: "change", patch: { title: "Call Ada" }, base: { title: "Call home" } } as const;
  const theirs = { ...TODO, title: "Call Bob", notes: "At noon", version: 2 };
  late(() => (entries.value = added([], ID, confirmed(TODO), typed, 1)), theirs);
  expect(known.value.get(ID)).toMatchObject({ title: "Call Ada", notes: "At noon", pending: true });
});
