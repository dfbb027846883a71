/** The English sentences of planning: days in words, several to-dos at once. Loaded after the first list. */
import { count } from "../strings";

export const words = {
  added: (n: number) => `Added ${count(n, "to-do", "to-dos")}`,
  moved: (what: string, day: string) => `Moved ${what} to ${day}`,
  menu: (title: string) => `Due date of ${title}`,
  pick: "Another day",
  set: "Set",
  close: "Close",
  pasted: (n: number) => `${count(n, "line", "lines")} pasted`,
  addLines: (n: number, of: number) => (n < of ? `Add the first ${n} to-dos` : `Add ${count(n, "to-do", "to-dos")}`),
  oneLine: "Paste as one line",
  noLines: "Cancel",
};
