/** Two places changed one field: both versions side by side, and the visitor's choice. */
import { useState } from "preact/hooks";
import { dayText } from "../dates";
import type { Todo, TodoFields } from "../model";
import { keepMine, takeTheirs } from "../outbox";
import { Dialog } from "../parts/Dialog";
import { words } from "./strings";

const NAMES: Record<keyof TodoFields, string> = {
  title: words.editor.title,
  dateDue: words.editor.due,
  repeats: words.editor.repeats,
  description: words.editor.description,
  notes: words.editor.notes,
};

function shown(todo: TodoFields, name: keyof TodoFields): string {
  const value = todo[name];
  if (value === null || value === "") return words.conflict.empty;
  if (todo.repeats !== null && name === "repeats") return words.repeats[todo.repeats];
  return name === "dateDue" ? dayText(value) : value;
}

export function Conflict({ mine, stored }: { mine: Todo; stored: Todo }) {
  const [later, setLater] = useState(false);
  const names = (Object.keys(NAMES) as (keyof TodoFields)[]).filter((name) => mine[name] !== stored[name]);
  if (later)
    return (
      <div class="trouble" role="status">
        <p>{words.conflict.text}</p>
        <button type="button" class="button small" onClick={() => setLater(false)}>
          {words.conflict.choose}
        </button>
      </div>
    );
  return (
    <Dialog label={words.conflict.heading} onClose={() => setLater(true)} class="wide">
      <h2>{words.conflict.heading}</h2>
      <p>{words.conflict.text}</p>
      <div class="versions">
        {names.map((name) => (
          <section key={name} class="version" aria-label={NAMES[name]}>
            <h3>{NAMES[name]}</h3>
            <dl>
              <div>
                <dt>{words.conflict.mine}</dt>
                <dd>{shown(mine, name)}</dd>
              </div>
              <div>
                <dt>{words.conflict.theirs}</dt>
                <dd>{shown(stored, name)}</dd>
              </div>
            </dl>
          </section>
        ))}
      </div>
      <div class="actions">
        <button type="button" class="button primary" onClick={() => void keepMine(mine.todoID)}>
          {words.conflict.keepMine}
        </button>
        <button type="button" class="button" onClick={() => void takeTheirs(mine.todoID)}>
          {words.conflict.takeTheirs}
        </button>
        <button type="button" class="button quiet" onClick={() => setLater(true)}>
          {words.conflict.later}
        </button>
      </div>
    </Dialog>
  );
}
