/** What this browser keeps for a person, in IndexedDB: changes on their way, files to upload, the last lists. */
import { signal } from "@preact/signals";
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Entries, Entry } from "./changes";
import type { Item } from "./model";

export interface KeptFile {
  /** Also the Idempotency-Key of the reservation: the same over every retry. */
  key: string;
  todoID: string;
  file: File;
}

interface Kept extends DBSchema {
  changes: { key: number; value: Entry };
  files: { key: string; value: KeptFile };
  lists: { key: string; value: Item[] };
}

/** False where the browser lets the page keep nothing: then changes live as long as the page. */
export const durable = signal(true);
/** The changes on their way, in their order. */
export const entries = signal<Entries>([]);

/** The trash and the list as they were when the store was opened, for the first view. The last one of a to-do counts. */
export let lists: readonly Item[] = [];

let database: IDBPDatabase<Kept> | null = null;
let owner = "";

const nameOf = (sub: string): string => `todo.${sub}`;

/** From now on this is about the person with this `sub`. */
export async function openStore(sub: string): Promise<void> {
  if (owner === sub) return;
  owner = sub;
  try {
    database = await openDB<Kept>(nameOf(sub), 1, {
      upgrade(fresh) {
        fresh.createObjectStore("changes", { keyPath: "seq" });
        fresh.createObjectStore("files", { keyPath: "key" });
        fresh.createObjectStore("lists");
      },
      blocking: () => {
        // Another tab logs out. Until this one hears of that, what it does lives in its memory.
        database?.close();
        database = null;
      },
      terminated: () => location.reload(), // The browser took it away: what was kept is there, or is gone.
    });
    const [changes, kept] = await Promise.all([database.getAll("changes"), database.getAll("lists")]);
    entries.value = changes;
    lists = kept.toReversed().flat(); // Of a to-do in both, the list knows more than the trash, which is asked for less often.
  } catch {
    durable.value = false;
  }
}

/** Changes the queue in one transaction, so that no tab undoes what another one did. What is shown is kept already. */
export async function changeEntries(act: (now: Entries) => Entries): Promise<void> {
  if (database === null) {
    entries.value = act(entries.value);
    return;
  }
  const transaction = database.transaction("changes", "readwrite");
  const before = await transaction.store.getAll();
  const after = act(before);
  const old = new Set(before);
  const left = new Set(after.map((entry) => entry.seq));
  await Promise.all([
    ...after.filter((entry) => !old.has(entry)).map((entry) => transaction.store.put(entry)),
    ...before.filter((entry) => !left.has(entry.seq)).map((entry) => transaction.store.delete(entry.seq)),
    transaction.done,
  ]);
  entries.value = after;
}

/** Another tab changed the queue. */
export async function readEntries(): Promise<void> {
  if (database !== null) entries.value = await database.getAll("changes");
}

export async function keepFile(kept: KeptFile): Promise<void> {
  await database?.put("files", kept);
}

export async function forgetFile(key: string): Promise<void> {
  await database?.delete("files", key);
}

export async function keptFiles(): Promise<KeptFile[]> {
  return (await database?.getAll("files")) ?? [];
}

export async function keepList(name: string, items: Item[]): Promise<void> {
  await database?.put("lists", items, name);
}

/** Forgets everything of this person: they log out, and this device may be someone else's next. */
export async function forgetStore(): Promise<void> {
  database?.close();
  database = null;
  entries.value = [];
  lists = [];
  if (durable.value && owner !== "") await deleteDB(nameOf(owner));
  owner = "";
}
