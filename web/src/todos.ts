/** The lists of to-dos, and what a visitor does to a to-do: kept at once, sent by the outbox. */
import { computed, effect, signal } from "@preact/signals";
import * as api from "./api";
import { allFields, type Made, type Patch, pick } from "./changes";
import { today } from "./dates";
import { letGoOf } from "./focus";
import { todoIDOf } from "./ids";
import { known, problems, put, confirmed, settle, stored, take } from "./known";
import { Listing } from "./listing";
import type { Item, Repeats, TodoFields } from "./model";
import { inOrder, type Placed } from "./order";
import { discard, flush, PAUSE_MS, record, recordAll, whenSettled } from "./outbox";
import { filter, go, pathOfTodo, search } from "./router";
import { person } from "./session";
import { entries, keepList, lists } from "./store";
import { count, t } from "./strings";
import { dismiss, toast, toasts } from "./toasts";

export { known } from "./known";

export const list = new Listing((todos, asked) => take(todos, asked, false));
export const trash = new Listing((todos, asked) => take(todos, asked, true));

/** To-dos with a change on its way: no page of a list knows how they are now. */
const changing = computed(() => entries.value.map((entry) => entry.todoID));

function present(ids: readonly string[]): Item[] {
  return [...new Set([...ids, ...changing.value])].map((id) => known.value.get(id)).filter((item) => item !== undefined);
}

/** To-dos that were just ticked stay where they are for a moment, so that the eye sees the tick: id to the former dateCompleted. */
const lingering = signal<ReadonlyMap<string, string | null>>(new Map());
const LINGER_MS = 650;

function linger({ todoID: id, dateCompleted }: Item): void {
  if (!lingering.value.has(id)) lingering.value = new Map(lingering.value).set(id, dateCompleted);
  setTimeout(() => {
    letGoOf(id);
    const rest = new Map(lingering.value);
    rest.delete(id);
    lingering.value = rest;
  }, LINGER_MS);
}

/** A row of the list, at the place where it stands just now. */
export interface Row extends Placed {
  item: Item;
}

function rowOf(item: Item): Row {
  const { todoID, dateDue } = item;
  // What the server does not have yet will be the newest there, whatever the clock here says: "~" sorts after every date.
  const dateCreated = item.version === 0 ? `~${item.dateCreated}` : item.dateCreated;
  const former = lingering.value.get(todoID);
  const { completed, dateCompleted } = former === undefined ? item : { completed: former !== null, dateCompleted: former };
  return { item, todoID, dateDue, dateCreated, dateCompleted, completed };
}

/** What the list is asked for. */
export const query = computed<api.Query>(() => ({
  search: filter.value === "today" ? "" : search.value.trim(),
  completed: filter.value === "open" || filter.value === "completed" ? filter.value === "completed" : undefined,
}));

/** Whether the list is what the server returned for this query. Until then it is made of what is known. */
export const answered = computed(() => {
  const of = list.of.value;
  return of !== null && of.search === query.value.search && of.completed === query.value.completed;
});

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

function matches({ title, description, notes }: Item): boolean {
  const word = folded(query.value.search ?? "");
  return word === "" || [title, description, notes].some((text) => folded(text).includes(word));
}

/** What the list shows: sorted as the server would, with every change of the visitor in its place. */
export const listed = computed<Row[]>(() =>
  (answered.value ? present(list.ids.value) : [...known.value.values()])
    .filter((item) => !item.trashed && (matches(item) || (answered.value && !item.pending)))
    .map(rowOf)
    .filter(isShown)
    .sort(inOrder),
);

function isShown(row: Row): boolean {
  if (filter.value === "today") return isDue(row);
  return filter.value === "all" || row.completed === (filter.value === "completed");
}

export const isDue = ({ completed, dateDue }: Placed): boolean => !completed && dateDue !== null && dateDue <= today.value;

/** What the trash shows, newest first as the API sends it. */
export const trashed = computed(() =>
  (trash.of.value === null ? [...known.value.values()] : present(trash.ids.value)).filter((item) => item.trashed),
);

export function loadList(): Promise<void> {
  return list.load(query.value);
}

export function loadTrash(): Promise<void> {
  return trash.load({ trashed: true });
}

/** A to-do by its id: the known one at once, else from the server; null when it is not there. */
export async function find(id: string, signal: AbortSignal): Promise<Item | null> {
  const asked = performance.now();
  try {
    const todo = await api.getTodo(id, signal);
    take([todo], asked, false);
    return confirmed(todo);
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 404) return null;
    throw error;
  }
}

whenSettled((entry, item) => {
  const id = entry.todoID;
  if (item === null || item.trashed) {
    const last = stored.value.get(id);
    if (last && !last.trashed) settle({ ...last, trashed: true });
    trash.add(id);
  } else if (matches(item)) list.add(id);
});

/* ---- what is kept for the next start ---- */

const KEPT = 1_000;
const KEEP_MS = 500;

/** Shows the lists as they were last, and keeps them from now on. */
export function keepLists(): void {
  put(...lists.filter((item) => !stored.value.has(item.todoID)));
  for (const [name, listing] of [
    ["list", list],
    ["trash", trash],
  ] as const) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const items = listing.ids.value
        .slice(0, KEPT)
        .map((id) => stored.value.get(id))
        .filter((item) => item !== undefined);
      const { search, completed } = listing.of.value ?? { search: "nothing yet" };
      clearTimeout(timer);
      if (!search && completed === undefined) timer = setTimeout(() => void keepList(name, items), KEEP_MS);
    });
  }
}

/* ---- changes ---- */

/** Adds a to-do; resolves to its id when it is kept. */
export async function create(fields: TodoFields): Promise<string> {
  const made = await addition(fields);
  await recordAll([made]);
  return made.todoID;
}

export async function addition(fields: TodoFields): Promise<Made> {
  const key = crypto.randomUUID();
  const todoID = await todoIDOf(person.value?.sub ?? "", key);
  const created = new Date().toISOString();
  return { todoID, kind: "create", key, fields: { ...fields, completed: false, starred: false }, created };
}

/** `repeats`: when completing is undone, so does the to-do again, and the next one goes. */
export async function setCompleted(item: Item, completed: boolean, repeats: Repeats | null = null): Promise<void> {
  const now = known.value.get(item.todoID) ?? item;
  linger(now);
  const patch: Patch = { completed, ...(repeats === null ? {} : { repeats }) };
  await record(item.todoID, { kind: "change", patch, base: pick(now, patch) });
  tellTicked(now, completed);
}

let ticked: { notice: number; completed: boolean; items: readonly Item[] } | null = null;

/** What is ticked one after the other has one notice and one undo. */
function tellTicked(item: Item, completed: boolean): void {
  const shown = toasts.value.some(({ id }) => id === ticked?.notice) ? ticked : null;
  const others = shown?.items.filter(({ todoID }) => todoID !== item.todoID) ?? [];
  if (shown) dismiss(shown.notice);
  if (shown?.completed === completed) tellAll([...others, item], completed);
  else {
    if (shown) tellAll(others, shown.completed);
    tellAll([item], completed);
  }
}

function tellAll(items: readonly Item[], completed: boolean): void {
  const [one] = items;
  if (one === undefined) return;
  const { length } = items;
  const told = completed ? t.toast.completed : t.toast.reopened;
  const notice = toast(told(length === 1 ? `“${one.title}”` : count(length, "to-do", "to-dos")), {
    about: items.map(({ todoID }) => todoID),
    undo: () => {
      for (const each of items) void setCompleted(each, !completed, completed ? each.repeats : null);
    },
    without: (id) =>
      tellAll(
        items.filter(({ todoID }) => todoID !== id),
        completed,
      ),
  });
  ticked = { notice, completed, items };
}

export async function setStarred({ todoID, starred: was }: Item, starred: boolean): Promise<void> {
  await record(todoID, { kind: "change", patch: { starred }, base: { starred: was } });
}

/** Keeps what is being typed; it is sent after a pause. `seen`: what the visitor saw before. */
export function edit(item: Item, patch: Partial<TodoFields>, seen: TodoFields): Promise<void> {
  return record(item.todoID, { kind: "change", patch, base: pick(seen, patch) }, PAUSE_MS);
}

export async function remove(item: Item): Promise<void> {
  const { todoID, title } = item;
  const now = known.value.get(todoID) ?? item;
  if (problems.value.has(todoID)) {
    // Its words wait for a decision. Deleting it now would lose them.
    if (now.version > 0) go(pathOfTodo(todoID));
    else {
      const back = await discard(todoID);
      toast(t.toast.discarded(title), { about: [todoID], undo: back });
    }
    return;
  }
  flush(todoID);
  await record(item.todoID, { kind: "trash", base: allFields(now) });
  toast(t.toast.deleted(title), { about: [todoID], undo: () => void restore(item, false) });
}

export async function restore(item: Item, tell = true): Promise<void> {
  await record(item.todoID, { kind: "restore" });
  if (tell)
    toast(t.toast.restored(item.title), { about: [item.todoID], undo: () => void remove(known.value.get(item.todoID) ?? item) });
}
