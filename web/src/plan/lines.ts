/** Several lines of text as several to-dos. Pure. */
import { EMPTY_FIELDS, LIMITS, type TodoFields } from "../model";
import { readWhen } from "./when";

export const LINES_MAX = 500;

/** What lists of other programs put before each line: "- ", "* ", "• ", "1. ", "[ ] ", "- [x] ". */
const MARK = /^(?:[-*•–]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]?\]\s+)?/;

export function linesOf(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim().replace(MARK, "").trim())
    .filter((line) => line !== "");
}

/** A to-do of a line: due when its words say so, else on `day`. What a title cannot hold is kept in the notes. */
export function todoOf(line: string, today: string, day: string | null): TodoFields {
  const when = readWhen(line, today);
  const title = [...(when?.title ?? line)];
  const fits = title.length <= LIMITS.title;
  return {
    ...EMPTY_FIELDS,
    title: title.slice(0, LIMITS.title).join("").trim(),
    notes: fits ? "" : line.slice(0, LIMITS.notes),
    dateDue: when?.day ?? day,
    repeats: when?.repeats ?? null,
  };
}
