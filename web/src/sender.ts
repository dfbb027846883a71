/** Sends one change of the outbox, so that nobody's words disappear unseen: with If-Match on a version that was looked at. */
import * as api from "./api";
import { allFields, type Change, collides, type Entry, hasWords, missing, namesOf, type Patch } from "./changes";
import { confirmed, stored } from "./known";
import type { Item, Todo } from "./model";
import { t } from "./strings";

/** `item`: what the server has now; null when it has nothing any more. `next`: the one after it in its repetition, made or undone. */
export type Outcome = { item: Item | null; restored?: boolean; next?: Item | null } | { conflict: Todo };

const failed = (error: unknown, status: number): boolean => error instanceof api.ApiError && error.status === status;

/** The version that a change is checked against: what is known, else what the server says; null when it is not there. */
async function current(todoID: string, again = false): Promise<Item | null> {
  const known = stored.value.get(todoID);
  if (!again && known !== undefined && !known.trashed) return known;
  try {
    return confirmed(await api.getTodo(todoID));
  } catch (error) {
    if (failed(error, 404)) return null;
    throw error;
  }
}

export async function send(entry: Entry): Promise<Outcome> {
  const { todoID } = entry;
  switch (entry.kind) {
    case "create":
      return { item: await create(entry) };
    case "change":
      return change(todoID, entry.patch, entry.base);
    case "trash":
      return { item: await trash(todoID, entry) };
    case "restore":
      return { item: confirmed(await api.restoreTodo(todoID)) };
    case "trashFile":
      await api.trashAttachment(todoID, entry.file.fileID);
      return { item: await current(todoID, true) };
    case "restoreFile":
      await api.restoreAttachment(todoID, entry.file.fileID);
      return { item: await current(todoID, true) };
  }
}

async function create({ todoID, key, fields }: Entry & { kind: "create" }): Promise<Item | null> {
  try {
    // Without what is null or false: so did earlier versions of this page, and a retry has to be equal.
    const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== false));
    return confirmed(await api.createTodo(body, key));
  } catch (error) {
    // An earlier try made it, and it was changed or deleted since then.
    if (failed(error, 409)) return current(todoID, true);
    throw error;
  }
}

async function change(todoID: string, patch: Patch, base: Patch): Promise<Outcome> {
  let restored = false;
  let item = await current(todoID);
  for (;;) {
    if (item === null) {
      // It is in the trash. Words are worth bringing it back for, a tick is not.
      if (!hasWords(patch)) throw new api.ApiError(404, t.errors.lost);
      item = confirmed(await api.restoreTodo(todoID));
      restored = true;
    }
    if (collides(item, base, patch)) return { conflict: item };
    const rest = missing(item, patch);
    if (namesOf(rest).length === 0) return { item, restored };
    try {
      const { completed: was, nextID } = item;
      item = confirmed(await api.changeTodo(todoID, rest, item.version));
      let next: Item | null = null;
      if (!was && item.completed && item.nextID !== nextID) next = await nextOf(item);
      if (was && patch.repeats && !item.completed) next = await withdrawn(item); // Completing is undone.
      return { item, restored, next };
    } catch (error) {
      if (!failed(error, 412) && !failed(error, 404)) throw error;
      item = await current(todoID, true);
    }
  }
}

async function trash(todoID: string, { base }: Change & { kind: "trash" }): Promise<Item | null> {
  let item = await current(todoID);
  while (item !== null) {
    if (namesOf(missing(allFields(item), base)).length > 0) throw new api.ApiError(412, t.errors.changedMeanwhile);
    try {
      await api.trashTodo(todoID, item.version);
      return { ...item, trashed: true };
    } catch (error) {
      if (!failed(error, 412)) throw error;
      item = await current(todoID, true);
    }
  }
  return null;
}

/** The next to-do of a repetition, unless it is gone. */
async function nextOf({ nextID }: Item): Promise<Item | null> {
  return nextID === null ? null : current(nextID, true);
}

async function withdrawn(item: Item): Promise<Item | null> {
  const next = await nextOf(item);
  if (next !== null) await api.trashTodo(next.todoID, next.version);
  return next && { ...next, trashed: true };
}
