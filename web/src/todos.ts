/** The to-dos that the page knows, and every change to them: shown at once, taken back with a sentence when refused. */
import { computed, signal } from "@preact/signals";
import * as api from "./api";
import { readDraft, writeDraft } from "./drafts";
import { isLeaving, sentence } from "./errors";
import { letGoOf } from "./focus";
import { Listing } from "./listing";
import { changes, fieldsOf, holds, type Item, type Todo, type TodoFields } from "./model";
import { inOrder, type Placed } from "./order";
import { person } from "./session";
import { t } from "./strings";
import { toast } from "./toasts";

export type Filter = "all" | "open" | "completed";

export const known = signal<ReadonlyMap<string, Item>>(new Map());
export const filter = signal<Filter>("all");
export const search = signal("");

export function put(...items: Item[]): void {
  const next = new Map(known.value);
  for (const item of items) next.set(item.todoID, item);
  known.value = next;
}

function drop(id: string): void {
  const next = new Map(known.value);
  next.delete(id);
  known.value = next;
}

const confirmed = (todo: Todo, trashed = false): Item => ({ ...todo, trashed, pending: false });

/** When each to-do was last changed from here. */
const touched = new Map<string, number>();

/** Keeps a page's to-dos, but for those that were changed here after the page was asked for: it cannot know of that. */
function take(todos: Todo[], asked: number, inTrash: boolean): void {
  const news = todos.filter(({ todoID }) => !known.value.get(todoID)?.pending && (touched.get(todoID) ?? 0) < asked);
  put(...news.map((todo) => confirmed(todo, inTrash)));
}

export const list = new Listing((todos, asked) => take(todos, asked, false));
export const trash = new Listing((todos, asked) => take(todos, asked, true));

function present(ids: readonly string[]): Item[] {
  return ids.map((id) => known.value.get(id)).filter((item) => item !== undefined);
}

/** To-dos that the server does not have yet: no page of the list brings them. */
const placeholders = computed(() => [...known.value.values()].filter((item) => item.version === 0).map((item) => item.todoID));

/** To-dos that were just ticked stay where they are for a moment, so that the eye sees the tick: id to the former state. */
const lingering = signal<ReadonlyMap<string, boolean>>(new Map());
const LINGER_MS = 650;

function linger(id: string, completed: boolean): void {
  if (!lingering.value.has(id)) lingering.value = new Map(lingering.value).set(id, completed);
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
  const { todoID, dateDue, dateCreated } = item;
  return { item, todoID, dateDue, dateCreated, completed: lingering.value.get(todoID) ?? item.completed };
}

/** What the list shows, in the API's order. */
export const listed = computed(() =>
  present([...new Set([...list.ids.value, ...placeholders.value])])
    .filter((item) => !item.trashed)
    .map(rowOf)
    .filter((row) => filter.value === "all" || row.completed === (filter.value === "completed"))
    .sort(inOrder),
);

/** What the trash shows, newest first as the API sends it. */
export const trashed = computed(() => present(trash.ids.value).filter((item) => item.trashed));

export function loadList(): Promise<void> {
  const completed = filter.value === "all" ? undefined : filter.value === "completed";
  return list.load({ search: search.value, completed });
}

export function loadTrash(): Promise<void> {
  return trash.load({ trashed: true });
}

/** A to-do by its id: the known one at once, else from the server; null when it is not there. */
export async function find(id: string, signal: AbortSignal): Promise<Item | null> {
  try {
    const item = confirmed(await api.getTodo(id, signal));
    if (!known.value.get(id)?.pending) put(item);
    return item;
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The changes of one to-do go out one after the other, so that the last one the visitor made is the last one stored. */
const turns = new Map<string, Promise<unknown>>();

function inTurn<T>(id: string, act: () => Promise<T>): Promise<{ result: T; last: boolean }> {
  const before = turns.get(id) ?? Promise.resolve();
  const mine: Promise<T> = before.then(act, act);
  turns.set(id, mine);
  const done = (): void => void touched.set(id, performance.now());
  done();
  mine.then(done, done);
  return mine.then((result) => ({ result, last: turns.get(id) === mine }));
}

/* ---- creation ---- */

interface Unsent {
  /** The Idempotency-Key: the same over every retry, also after a reload. */
  key: string;
  fields: TodoFields;
}

const unsent = (): Unsent[] => readDraft<Unsent[]>("unsent") ?? [];

function placeholder({ key, fields }: Unsent): Item {
  const now = new Date().toISOString();
  const rest = {
    userID: person.value?.sub ?? "",
    completed: false,
    dateCreated: now,
    dateModified: now,
    attachments: 0,
    version: 0,
  };
  return { todoID: key, ...fields, ...rest, trashed: false, pending: true };
}

/** Adds a to-do: in the list at once, kept in this browser until the server has it. Throws what the server refused. */
export async function create(fields: TodoFields, key: string = crypto.randomUUID()): Promise<Todo> {
  const one = { key, fields };
  writeDraft("unsent", [...unsent().filter((other) => other.key !== key), one]);
  put(placeholder(one));
  const settle = (): void => writeDraft("unsent", emptyAsNull(unsent().filter((other) => other.key !== key)));
  try {
    const body = fields.dateDue === null ? { ...fields, dateDue: undefined } : fields;
    const todo = await api.createTodo(body, key);
    settle();
    put(confirmed(todo));
    list.add(todo.todoID);
    drop(key);
    return todo;
  } catch (error) {
    if (!isLeaving(error)) {
      settle();
      drop(key);
    }
    throw error;
  }
}

const emptyAsNull = <T>(items: T[]): T[] | null => (items.length === 0 ? null : items);

/** Sends again what an earlier page could not. */
export function sendUnsent(): void {
  for (const { key, fields } of unsent()) {
    create(fields, key).catch((error: unknown) => {
      if (!isLeaving(error)) toast(t.quick.refused(sentence(error)), { kind: "failed" });
    });
  }
}

/* ---- changes ---- */

export async function setCompleted(item: Item, completed: boolean): Promise<void> {
  const id = item.todoID;
  const shown = known.value.get(id) ?? item;
  linger(id, shown.completed);
  put({ ...shown, completed, pending: true });
  toast(completed ? t.toast.completed(item.title) : t.toast.reopened(item.title), {
    undo: () => void setCompleted(known.value.get(id) ?? item, !completed),
  });
  try {
    const { result, last } = await inTurn(id, () => api.changeTodo(id, { completed }));
    if (last) put(confirmed(result));
  } catch (error) {
    put({ ...(known.value.get(id) ?? shown), completed: shown.completed, pending: false });
    refuse(error, (why) => t.toast.notChanged(item.title, why));
  }
}

export type Outcome = { saved: Item } | { conflict: Todo };

/** Saves what differs between `base` (the version the visitor began with) and `edited`. Changes made meanwhile to other
 * fields are kept; those to the same fields are the caller's to show: `conflict` is the version that is stored now. */
export async function save(base: Todo, edited: TodoFields): Promise<Outcome> {
  const id = base.todoID;
  const patch = changes(base, edited);
  const shown = known.value.get(id) ?? confirmed(base);
  put({ ...shown, ...patch, pending: true });
  let version = base.version;
  try {
    for (;;) {
      try {
        const { result } = await inTurn(id, () => api.changeTodo(id, patch, version));
        put(confirmed(result));
        return { saved: confirmed(result) };
      } catch (error) {
        if (!(error instanceof api.ApiError && error.status === 412)) throw error;
        const stored = confirmed(await api.getTodo(id));
        put(stored);
        if (holds(stored, patch)) return { saved: stored }; // The answer to an earlier try was lost; the change was not.
        const same = Object.keys(patch) as (keyof TodoFields)[];
        if (same.some((name) => stored[name] !== base[name])) return { conflict: stored };
        version = stored.version;
      }
    }
  } catch (error) {
    put({ ...(known.value.get(id) ?? shown), ...fieldsOf(shown), pending: false });
    throw error;
  }
}

export async function remove(item: Item): Promise<void> {
  const id = item.todoID;
  put({ ...(known.value.get(id) ?? item), trashed: true });
  trash.add(id);
  toast(t.toast.deleted(item.title), { undo: () => void restore(item, false) });
  try {
    await inTurn(id, () => api.trashTodo(id));
  } catch (error) {
    put({ ...(known.value.get(id) ?? item), trashed: false });
    trash.remove(id);
    refuse(error, (why) => t.toast.notDeleted(item.title, why));
  }
}

export async function restore(item: Item, tell = true): Promise<void> {
  const id = item.todoID;
  put({ ...(known.value.get(id) ?? item), trashed: false });
  list.add(id);
  if (tell) toast(t.toast.restored(item.title), { undo: () => void remove(known.value.get(id) ?? item) });
  try {
    const { result, last } = await inTurn(id, () => api.restoreTodo(id));
    if (last) put(confirmed(result));
  } catch (error) {
    put({ ...(known.value.get(id) ?? item), trashed: true });
    refuse(error, (why) => t.toast.notRestored(item.title, why));
  }
}

/** The count on a to-do follows its attachments, which the other service keeps. */
export function countAttachments(id: string, change: number): void {
  const item = known.value.get(id);
  if (item) put({ ...item, attachments: Math.max(0, item.attachments + change) });
}

function refuse(error: unknown, text: (why: string) => string): void {
  if (!isLeaving(error)) toast(text(sentence(error)), { kind: "failed" });
}
