/** The API's order of a list, and its sections, so that an optimistic change lands where the server will put it. */
import type { Todo } from "./model";

export type Section = "overdue" | "today" | "upcoming" | "noDate" | "completed";

const SECTIONS: readonly Section[] = ["overdue", "today", "upcoming", "noDate", "completed"];
const NO_DATE = "9999-99-99";

/** What decides where a to-do stands. */
export type Placed = Pick<Todo, "completed" | "dateCompleted" | "dateDue" | "dateCreated" | "todoID">;

/** Open first, earliest due first (none last), newest first; then what was completed last. */
export function inOrder(a: Placed, b: Placed): number {
  if (a.completed !== b.completed) return a.completed ? 1 : -1;
  if (a.dateCompleted !== b.dateCompleted) return (a.dateCompleted ?? "") > (b.dateCompleted ?? "") ? -1 : 1;
  const dueA = a.dateDue ?? NO_DATE;
  const dueB = b.dateDue ?? NO_DATE;
  if (dueA !== dueB) return dueA < dueB ? -1 : 1;
  if (a.dateCreated !== b.dateCreated) return a.dateCreated > b.dateCreated ? -1 : 1;
  return a.todoID < b.todoID ? -1 : 1;
}

export function sectionOf(todo: Placed, today: string): Section {
  if (todo.completed) return "completed";
  if (todo.dateDue === null) return "noDate";
  if (todo.dateDue < today) return "overdue";
  return todo.dateDue === today ? "today" : "upcoming";
}

/** The sections that hold something, in their order; `items` are sorted already. */
export function sections<T extends Placed>(items: readonly T[], today: string): { section: Section; items: T[] }[] {
  return SECTIONS.map((section) => ({ section, items: items.filter((item) => sectionOf(item, today) === section) })).filter(
    (group) => group.items.length > 0,
  );
}
