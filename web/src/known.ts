/** The to-dos that the page knows: what the server has, and what is shown, with the visitor's changes over it. */
import { computed, signal } from "@preact/signals";
import { overlaid, type Problem } from "./changes";
import type { Item, Todo } from "./model";
import { entries } from "./store";

/** As the server last said. */
export const stored = signal<ReadonlyMap<string, Item>>(new Map());
/** As the page shows them. */
export const known = computed(() => overlaid(stored.value, entries.value));

const NONE: ReadonlyMap<string, Problem> = new Map();

/** The problems of changes that are not sent, by to-do. */
export const problems = computed(() => {
  const found = entries.value.flatMap((entry) => (entry.problem === null ? [] : [[entry.todoID, entry.problem] as const]));
  return found.length === 0 ? NONE : new Map(found);
});

/** When each to-do was last settled with the server. */
const settled = new Map<string, number>();

export const confirmed = (todo: Todo, trashed = false): Item => ({ ...todo, trashed, pending: false });

export function put(...items: Item[]): void {
  const next = new Map(stored.value);
  for (const item of items) next.set(item.todoID, item);
  stored.value = next;
}

/** The server's response to a change: newer than every list that was asked for before. */
export function settle(item: Item): void {
  settled.set(item.todoID, performance.now());
  put(item);
}

/** A to-do is gone for good. No list that was asked for before brings it back. */
export function forget(todoID: string): void {
  settled.set(todoID, performance.now());
  const next = new Map(stored.value);
  next.delete(todoID);
  stored.value = next;
}

/** Keeps to-dos that were asked for at `asked` (performance.now), but for those that are known as well or better. */
export function take(todos: Todo[], asked: number, trashed: boolean): void {
  const news = todos.filter((todo) => {
    const have = stored.value.get(todo.todoID);
    if ((settled.get(todo.todoID) ?? 0) >= asked) return false;
    if (have === undefined || have.version < todo.version) return true;
    return have.version === todo.version && (have.attachments !== todo.attachments || have.trashed !== trashed);
  });
  if (news.length > 0) put(...news.map((todo) => confirmed(todo, trashed)));
}
