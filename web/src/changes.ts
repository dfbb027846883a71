/** Changes on their way to the server, as values: what the outbox does with them, and what the page shows meanwhile. Pure. */
import type { Attachment, Item, Todo, TodoFields } from "./model";

/** What a visitor can change of a to-do. */
export type Fields = TodoFields & { completed: boolean; starred: boolean };
export type Patch = Partial<Fields>;

/** Why a change is not sent: the visitor has to decide, or to correct it. */
export interface Problem {
  /** A sentence about the change as a whole; empty when `fields` says it. */
  detail: string;
  /** Sentences by field. */
  fields: Readonly<Record<string, string>>;
  /** A conflict: what is stored now. */
  stored: Todo | null;
}

interface Common {
  /** Place in the queue. */
  seq: number;
  todoID: string;
  /** What the visitor saw when they made it, so that it can be shown where nothing else is known; null of an addition. */
  item: Item | null;
  /** Not sent before this moment (ms since 1970): the visitor may still be typing. */
  notBefore: number;
  /** Sending has started, so the server may have it: its content must not change any more. */
  sending: boolean;
  problem: Problem | null;
}

export type Change =
  | { kind: "create"; key: string; fields: Fields; created: string }
  | { kind: "change"; patch: Patch; base: Patch }
  | { kind: "trash"; base: Fields }
  | { kind: "restore" }
  | { kind: "trashFile" | "restoreFile"; file: Attachment };

/** A change of one to-do. */
export type Made = { todoID: string } & Change;

export type Entry = Common & Change;

export type Entries = readonly Entry[];

const NAMES = ["title", "description", "notes", "dateDue", "repeats", "completed", "starred"] as const;

export function allFields(todo: Fields): Fields {
  const { title, description, notes, dateDue, repeats, completed, starred } = todo;
  return { title, description, notes, dateDue, repeats, completed, starred };
}

export function namesOf(patch: Patch): (keyof Fields)[] {
  return NAMES.filter((name) => name in patch);
}

/** Whether it changes more than a mark, which is quickly made again. */
export function hasWords(patch: Patch): boolean {
  return namesOf(patch).some((name) => name !== "completed" && name !== "starred");
}

/** The values that `todo` has for the fields of `patch`. */
export function pick(todo: Patch, patch: Patch): Patch {
  return Object.fromEntries(namesOf(patch).map((name) => [name, todo[name]]));
}

/** What is left of a patch where `todo` does not have its values already. */
export function missing(todo: Fields, patch: Patch): Patch {
  return Object.fromEntries(
    namesOf(patch)
      .filter((name) => patch[name] !== todo[name])
      .map((name) => [name, patch[name]]),
  );
}

/** Whether somebody else changed what the patch changes: the stored value is neither what the visitor saw nor what they want. */
export function collides(stored: Fields, base: Patch, patch: Patch): boolean {
  return namesOf(patch).some((name) => stored[name] !== base[name] && stored[name] !== patch[name]);
}

/** The queue with a new change at its end; one that the server cannot have yet takes the next change of its to-do in. */
export function added(entries: Entries, todoID: string, item: Item | null, change: Change, now: number, notBefore = 0): Entries {
  const last = entries.findLast((entry) => entry.todoID === todoID);
  const merged = last === undefined || last.sending ? null : merge(last, change);
  if (last !== undefined && merged !== null) {
    const entry = { ...merged, notBefore, problem: null };
    const empty = entry.kind === "change" && namesOf(missing(entry.base as Fields, entry.patch)).length === 0;
    return entries.flatMap((other) => (other !== last ? [other] : empty ? [] : [entry]));
  }
  const seq = Math.max(now, (entries.at(-1)?.seq ?? 0) + 1);
  return [...entries, { seq, todoID, item, notBefore, sending: false, problem: null, ...change }];
}

function merge(last: Entry, change: Change): Entry | null {
  if (change.kind !== "change") return null;
  if (last.kind === "create" && last.fields.repeats && change.patch.completed) return null; // It has to be there to repeat.
  if (last.kind === "create") return { ...last, fields: { ...last.fields, ...change.patch } };
  if (last.kind !== "change") return null;
  return { ...last, patch: { ...last.patch, ...change.patch }, base: { ...change.base, ...last.base } };
}

/** The first change that may be sent now, and how long until the next one may. A to-do's changes keep their order. */
export function next(entries: Entries, now: number): { entry: Entry | null; wait: number } {
  const held = new Set<string>();
  let wait = Infinity;
  for (const entry of entries) {
    if (held.has(entry.todoID)) continue;
    if (entry.problem === null && entry.notBefore <= now) return { entry, wait: 0 };
    if (entry.problem === null) wait = Math.min(wait, entry.notBefore - now);
    held.add(entry.todoID);
  }
  return { entry: null, wait };
}

export function updated(entries: Entries, seq: number, update: Partial<Common>): Entries {
  return entries.map((entry) => (entry.seq === seq ? { ...entry, ...update } : entry));
}

export function without(entries: Entries, drop: (entry: Entry) => boolean): Entries {
  return entries.filter((entry) => !drop(entry));
}

/** The visitor has seen what is stored and wants their own all the same. */
export function insisted(entries: Entries, todoID: string): Entries {
  return entries.map((entry) => {
    const stored = entry.problem?.stored;
    if (entry.todoID !== todoID || entry.kind !== "change" || !stored) return entry;
    return { ...entry, base: pick(stored, entry.patch), problem: null, sending: false };
  });
}

function placeholder(entry: Entry & { kind: "create" }): Item {
  const { todoID, fields, created } = entry;
  const dateCompleted = fields.completed ? created : null;
  const rest = {
    userID: "",
    dateCompleted,
    nextID: null,
    dateCreated: created,
    dateModified: created,
    attachments: 0,
    version: 0,
  };
  return { todoID, ...fields, ...rest, trashed: false, pending: true };
}

/** `now`: about when the visitor changed it, in ms since 1970. */
function changed(item: Item, patch: Patch, now: number): Item {
  const turned = patch.completed !== undefined && patch.completed !== item.completed;
  const dateCompleted = turned ? (patch.completed ? new Date(now).toISOString() : null) : item.dateCompleted;
  const repeats = turned && patch.completed ? { repeats: null } : {}; // The next one does.
  return { ...item, ...patch, ...repeats, dateCompleted, pending: true };
}

/** What the page shows: what the server has, with the changes on their way over it. */
export function overlaid(stored: ReadonlyMap<string, Item>, entries: Entries): ReadonlyMap<string, Item> {
  if (entries.length === 0) return stored;
  const shown = new Map(stored);
  for (const entry of entries) {
    const item = shown.get(entry.todoID) ?? entry.item;
    if (entry.kind === "create") shown.set(entry.todoID, item ?? placeholder(entry));
    else if (item === null) continue;
    else if (entry.kind === "change") shown.set(entry.todoID, changed(item, entry.patch, entry.seq));
    else if (entry.kind === "trash") shown.set(entry.todoID, { ...item, trashed: true, pending: true });
    else if (entry.kind === "restore") shown.set(entry.todoID, { ...item, trashed: false, pending: true });
    else {
      const attachments = Math.max(0, item.attachments + (entry.kind === "trashFile" ? -1 : 1));
      shown.set(entry.todoID, { ...item, attachments, pending: true });
    }
  }
  return shown;
}
