/** A stale edit: both versions side by side, and the visitor's choice. */

import { dayText } from "../dates";
import { changes, type Todo, type TodoFields } from "../model";
import { t } from "../strings";
import { Dialog } from "./Dialog";

interface Properties {
  base: Todo;
  mine: TodoFields;
  stored: Todo;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  onLater: () => void;
}

const NAMES: Record<keyof TodoFields, string> = {
  title: t.editor.title,
  dateDue: t.editor.due,
  description: t.editor.description,
  notes: t.editor.notes,
};

function shown(todo: TodoFields, name: keyof TodoFields): string {
  const value = todo[name];
  if (value === null || value === "") return t.conflict.empty;
  return name === "dateDue" ? dayText(value) : value;
}

export function ConflictDialog({ base, mine, stored, onKeepMine, onTakeTheirs, onLater }: Properties) {
  const wanted = { ...stored, ...changes(base, mine) };
  const names = (Object.keys(NAMES) as (keyof TodoFields)[]).filter((name) => wanted[name] !== stored[name]);
  return (
    <Dialog label={t.conflict.heading} onClose={onLater} class="wide">
      <h2>{t.conflict.heading}</h2>
      <p>{t.conflict.text}</p>
      <div class="versions">
        {names.map((name) => (
          <section key={name} class="version" aria-label={NAMES[name]}>
            <h3>{NAMES[name]}</h3>
            <dl>
              <div>
                <dt>{t.conflict.mine}</dt>
                <dd>{shown(wanted, name)}</dd>
              </div>
              <div>
                <dt>{t.conflict.theirs}</dt>
                <dd>{shown(stored, name)}</dd>
              </div>
            </dl>
          </section>
        ))}
      </div>
      <div class="actions">
        <button type="button" class="button primary" onClick={onKeepMine}>
          {t.conflict.keepMine}
        </button>
        <button type="button" class="button" onClick={onTakeTheirs}>
          {t.conflict.takeTheirs}
        </button>
        <button type="button" class="button quiet" onClick={onLater}>
          {t.conflict.later}
        </button>
      </div>
    </Dialog>
  );
}
