/** Every change of the visitor, kept in this browser until the server has it, and sent in order. One tab sends for all. */
import { batch, computed, effect } from "@preact/signals";
import { ApiError } from "./api";
import {
  added,
  allFields,
  type Change,
  type Entry,
  hasWords,
  insisted,
  type Made,
  next,
  type Problem,
  updated,
  without,
} from "./changes";
import { isLeaving, sentence } from "./errors";
import { known, problems, put, settle, stored } from "./known";
import type { Item } from "./model";
import { later, persist } from "./parts/lazy";
import { route } from "./router";
import { person } from "./session";
import { changeEntries, entries, readEntries } from "./store";
import { t } from "./strings";
import { type News, tell } from "./tabs";
import { dismiss, takeBack, toast, toasts } from "./toasts";

/** Words are sent when the visitor has paused for this long. */
export const PAUSE_MS = 800;

type Settled = (change: Made, item: Item | null) => void;

const followers: Settled[] = [];

/** Hears of every change that the server has from now on, with what the server has then: lists follow. */
export function whenSettled(act: Settled): void {
  followers.push(act);
}

const follow: Settled = (change, item) =>
  batch(() => {
    if (item !== null) settle(item);
    for (const act of followers) act(change, item);
  });

/** The server has a change. */
export const settled: Settled = (change, item) => {
  follow(change, item);
  tell({ kind: "settled", change, item });
};

/** Another tab made, sent or failed to send something. */
export async function hear(news: News): Promise<void> {
  if (news.kind === "settled") follow(news.change, news.item);
  await readEntries();
  if (news.kind === "refused") showRefusal(news.todoID, news.text, news.parked);
  void drain(); // If that tab is closed, this one sends.
}

/** How many changes the server does not have yet. */
export const waiting = computed(() => entries.value.length);

async function change(act: Parameters<typeof changeEntries>[0]): Promise<void> {
  await changeEntries(act);
  tell({ kind: "queue" });
  void drain();
}

/** Puts a change into the queue. Resolves when it is kept: from then on it is shown, and no crash loses it. */
export function record(todoID: string, wanted: Change, pause = 0): Promise<void> {
  const now = Date.now();
  const item = stored.value.get(todoID) ?? null;
  return change((queue) => added(queue, todoID, item, wanted, now, pause === 0 ? 0 : now + pause));
}

/** The same for several to-dos at once: all of it is kept, or nothing. */
export function recordAll(made: readonly Made[]): Promise<void> {
  const now = Date.now();
  return change((queue) =>
    made.reduce((grown, { todoID, ...wanted }) => added(grown, todoID, stored.value.get(todoID) ?? null, wanted, now), queue),
  );
}

/** Undoes an addition: what the server cannot have yet is dropped, the rest goes to the trash. */
export function withdraw(ids: readonly string[]): Promise<void> {
  const now = Date.now();
  return change((queue) => {
    const unsent = new Set(queue.filter(({ kind, sending }) => kind === "create" && !sending).map(({ todoID }) => todoID));
    const left = without(queue, ({ todoID }) => ids.includes(todoID) && unsent.has(todoID));
    return ids.reduce((grown, id) => {
      const item = known.value.get(id);
      if (item === undefined || unsent.has(id)) return grown;
      return added(grown, id, stored.value.get(id) ?? null, { kind: "trash", base: allFields(item) }, now);
    }, left);
  });
}

/** The visitor has left a field: what they typed goes out now. */
export function flush(todoID: string): void {
  void change((queue) =>
    queue.map((entry) => (entry.todoID === todoID && entry.notBefore > 0 ? { ...entry, notBefore: 0 } : entry)),
  );
}

/** In a conflict: the visitor's own words, or those that are stored. */
export function keepMine(todoID: string): Promise<void> {
  return change((queue) => insisted(queue, todoID));
}

export function takeTheirs(todoID: string): Promise<void> {
  return change((queue) => without(queue, (entry) => entry.todoID === todoID && entry.problem?.stored != null));
}

/** Gives up what waits for a to-do. Returns the way back. */
export async function discard(todoID: string): Promise<() => void> {
  const gone = entries.value.filter((entry) => entry.todoID === todoID);
  await change((queue) => without(queue, (entry) => entry.todoID === todoID));
  return () => void change((queue) => [...queue, ...gone]);
}

export function tryAgain(todoID: string): Promise<void> {
  return change((queue) => queue.map((entry) => (entry.todoID === todoID ? { ...entry, problem: null } : entry)));
}

let sender: typeof import("./sender") | undefined;
const loadSender = later(async () => {
  sender ??= await import("./sender");
});

let draining = false;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Sends what can be sent. Only one tab at a time does; the others wait for their turn. */
export async function drain(): Promise<void> {
  again = true;
  if (draining || person.value === null) return;
  draining = true;
  try {
    await navigator.locks.request(`todo.outbox.${person.value.sub}`, async () => {
      await readEntries();
      while (again) {
        again = false;
        clearTimeout(timer);
        const { entry, wait } = next(entries.value, Date.now());
        if (entry !== null) {
          await sendOne(entry.seq);
          again = true;
        } else if (wait < Infinity) timer = setTimeout(() => void drain(), wait);
      }
    });
  } catch (error) {
    if (!isLeaving(error)) throw error;
  } finally {
    draining = false;
  }
}

async function sendOne(seq: number): Promise<void> {
  await persist(loadSender);
  await changeEntries((queue) => updated(queue, seq, { sending: true }));
  const entry = entries.value.find((other) => other.seq === seq);
  if (entry === undefined || sender === undefined) return;
  try {
    const outcome = await sender.send(entry);
    if ("conflict" in outcome) {
      put({ ...outcome.conflict, trashed: false, pending: false });
      await park(entry, { detail: "", fields: {}, stored: outcome.conflict });
      return;
    }
    await settleEntry(entry, outcome.item);
    if (outcome.next) settled({ todoID: outcome.next.todoID, kind: "restore" }, outcome.next);
    if (outcome.restored) toast(t.toast.broughtBack(outcome.item?.title ?? ""));
  } catch (error) {
    if (isLeaving(error)) throw error;
    await refuse(entry, error);
  }
}

async function settleEntry(entry: Entry, item: Item | null): Promise<void> {
  // The response first, then the change goes: nothing flickers. A crash in between sends it again, which is safe.
  settled(entry, item);
  await changeEntries((queue) => without(queue, (other) => other.seq === entry.seq));
  tell({ kind: "queue" });
}

async function park({ seq, todoID, kind }: Entry, problem: Problem): Promise<void> {
  await changeEntries((queue) => updated(queue, seq, { problem, sending: false }));
  const title = known.value.get(todoID)?.title ?? "";
  tellRefusal(todoID, problem.stored === null ? t.toast.refused[kind](title, problem.detail) : t.toast.collided(title), true);
}

/** In every tab: the visitor may look at another one than the one that sends. */
function tellRefusal(todoID: string, text: string, parked: boolean): void {
  showRefusal(todoID, text, parked);
  tell({ kind: "refused", todoID, text, parked });
}

function showRefusal(todoID: string, text: string, parked: boolean): void {
  takeBack(todoID);
  const open = route.value.view === "list" && route.value.todoID === todoID;
  if (!(parked && open)) toast(text, { kind: "failed", about: parked ? [todoID] : [] }); // Else the editor shows it.
}

/** The notice of a problem goes with the problem. */
effect(() => {
  for (const { id, kind, about } of toasts.value)
    if (kind === "failed" && about.some((todoID) => !problems.value.has(todoID))) dismiss(id);
});

/** Words stay where they are until the visitor decides; anything else is reverted. Both are told with the reason. */
async function refuse(entry: Entry, error: unknown): Promise<void> {
  const why = sentence(error);
  if (entry.kind === "create" || (entry.kind === "change" && hasWords(entry.patch))) {
    const fields = error instanceof ApiError ? Object.fromEntries(error.errors.map(({ field, detail }) => [field, detail])) : {};
    await park(entry, { detail: why, fields, stored: null });
    return;
  }
  const title = known.value.get(entry.todoID)?.title ?? "";
  await changeEntries((queue) => without(queue, (other) => other.seq === entry.seq));
  tellRefusal(entry.todoID, t.toast.refused[entry.kind](title, why), false);
}
