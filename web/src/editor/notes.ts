/** Notes as they are shown: links that can be clicked, and "- [ ]" lines as checkboxes. Pure. */

export type Piece = { text: string; href: string | null };
export type Line = { task: boolean | null; pieces: Piece[]; text: string };

const TASK = /^(\s*[-*] \[)([ xX])(\] )(.*)$/;
const LINK = /https?:\/\/[^\s<>"]+/g;
/** Ends a sentence more often than an address. */
const AFTER = /[.,;:!?)\]}'»]+$/;

/** Whether there is anything to show that a plain field does not. */
export function isRich(notes: string): boolean {
  return lines(notes).some((line) => line.task !== null || line.pieces.some((piece) => piece.href !== null));
}

export function lines(notes: string): Line[] {
  return notes.split("\n").map((line) => {
    const task = TASK.exec(line);
    const text = task?.[4] ?? line;
    return { task: task === null ? null : task[2] !== " ", pieces: pieces(text), text };
  });
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const href = match[0].replace(AFTER, "");
    if (match.index > at) found.push({ text: text.slice(at, match.index), href: null });
    found.push({ text: href, href });
    at = match.index + href.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), href: null });
  return found;
}

/** The notes with the checkbox of one line turned. */
export function toggled(notes: string, number: number): string {
  return notes
    .split("\n")
    .map((line, at) =>
      at === number ? line.replace(TASK, (_, a, mark, b, text) => `${a}${mark === " " ? "x" : " "}${b}${text}`) : line,
    )
    .join("\n");
}
