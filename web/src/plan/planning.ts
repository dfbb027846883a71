/** Several to-dos at once: added, or given another day. Loaded after the first list. */
import { dueText, today } from "../dates";
import type { Item, TodoFields } from "../model";
import { sectionOf } from "../order";
import type { Made } from "../changes";
import { recordAll, withdraw } from "../outbox";
import { count, t } from "../strings";
import { toast } from "../toasts";
import { addition, known, list } from "../todos";
import { words } from "./strings";

/** Adds several to-dos, which one undo removes; the first of them stands first. */
export async function createAll(all: readonly TodoFields[]): Promise<void> {
  const made = await Promise.all(all.toReversed().map(addition)); // The list has the newest first.
  await recordAll(made);
  toast(words.added(made.length), { undo: () => void withdraw(made.map(({ todoID }) => todoID)) });
}

/** Gives to-dos another day, or none; one undo gives each of them its own back. */
export async function reschedule(items: readonly Item[], dateDue: string | null): Promise<void> {
  const moved = items.filter((item) => item.dateDue !== dateDue);
  const change = (to: (item: Item) => string | null, from: (item: Item) => string | null): Promise<void> =>
    recordAll(moved.map((item) => dayChange(item.todoID, to(item), from(item))));
  const own = (item: Item): string | null => item.dateDue;
  const wanted = (): string | null => dateDue;
  await change(wanted, own);
  const [first] = moved;
  if (first === undefined) return;
  const what = moved.length === 1 ? `“${first.title}”` : count(moved.length, "to-do", "to-dos");
  const day = dateDue === null ? t.list.sections.noDate : dueText(dateDue, today.value);
  toast(words.moved(what, day), {
    about: moved.map(({ todoID }) => todoID),
    undo: () => void change(own, wanted),
  });
}

const dayChange = (todoID: string, to: string | null, from: string | null): Made => ({
  todoID,
  kind: "change",
  patch: { dateDue: to },
  base: { dateDue: from },
});

/** Moves everything that is overdue to today, also what is not loaded yet: it comes first in the list. */
export async function overdueToToday(): Promise<void> {
  const isOverdue = (item: Item | undefined): boolean => item !== undefined && sectionOf(item, today.value) === "overdue";
  while (list.next.value !== null && isOverdue(known.value.get(list.ids.value.at(-1) ?? ""))) {
    await list.more();
    if (list.phase.value !== "ready") break;
  }
  await reschedule(
    [...known.value.values()].filter((item) => !item.trashed && isOverdue(item)),
    today.value,
  );
}
