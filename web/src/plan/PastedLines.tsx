/** Several lines were pasted where one to-do is added: they can become several. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { today } from "../dates";
import { linesOf, LINES_MAX, todoOf } from "./lines";
import { createAll } from "./planning";
import { words } from "./strings";

interface Properties {
  text: string;
  /** The day of those that name none. */
  day: string | null;
  /** `line`: what is to be in the field instead. */
  onDone: (line: string | null) => void;
}

export function PastedLines({ text, day, onDone }: Properties) {
  const first = useRef<HTMLButtonElement>(null);
  const lines = linesOf(text);
  const some = lines.slice(0, LINES_MAX);
  useLayoutEffect(() => first.current?.focus(), []);
  const add = (): void => {
    void createAll(some.map((line) => todoOf(line, today.value, day)));
    onDone(null);
  };
  return (
    <div class="quick-more" role="group" aria-labelledby="pasted">
      <span id="pasted">{words.pasted(lines.length)}</span>
      <button ref={first} type="button" class="button small primary" onClick={add}>
        {words.addLines(some.length, lines.length)}
      </button>
      <button type="button" class="button small" onClick={() => onDone(lines.join(" "))}>
        {words.oneLine}
      </button>
      <button type="button" class="button small quiet" onClick={() => onDone(null)}>
        {words.noLines}
      </button>
    </div>
  );
}
