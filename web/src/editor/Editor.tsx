/** A to-do's fields, edited where they stand. What is typed is kept at once and sent after a pause; nothing has to be saved. */
import { useEffect, useRef, useState } from "preact/hooks";
import { connection } from "../connection";
import { today } from "../dates";
import { momentText } from "./texts";
import { focusHeading, focusRow, rowBeside } from "../focus";
import { problems } from "../known";
import { fieldsOf, type Item, LIMITS, type TodoFields } from "../model";
import { discard, flush, tryAgain } from "../outbox";
import { go } from "../router";
import { entries } from "../store";
import { t } from "../strings";
import { announce } from "../toasts";
import { edit, remove } from "../todos";
import { Attachments } from "./Attachments";
import { Conflict } from "./Conflict";
import { DueChip } from "./DueChip";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Star } from "../parts/Star";
import { Tick } from "../parts/Tick";
import { Notes } from "./Notes";
import { RepeatField } from "./RepeatField";
import { words } from "./strings";

type Name = keyof TodoFields;
type Part = Partial<TodoFields>;

function tooLong(text: string, max: number): string | undefined {
  const length = [...text].length;
  return length > max ? words.editor.tooLong(length, max) : undefined;
}

/** The fields as they are shown, and the way to change one. A field that is typed in is the visitor's until they leave it. */
function useFields(item: Item) {
  const id = item.todoID;
  const [typed, setTyped] = useState<Part>({});
  const [before, setBefore] = useState<Part>({});
  /** By field, what the visitor last saw or wrote there: the server must still have that. */
  const seen = useRef<Part>({});
  const kept = useRef<Promise<void>>(Promise.resolve());
  const [keeping, setKeeping] = useState(0);
  const fields: TodoFields = { ...fieldsOf(item), ...typed };

  const keep = (change: Part, base: TodoFields): void => {
    setKeeping((now) => now + 1);
    kept.current = edit(item, change, base).finally(() => setKeeping((now) => now - 1));
  };
  const set = (change: Part): void => {
    const names = Object.keys(change) as Name[];
    const of = (todo: Part): Part => Object.fromEntries(names.map((name) => [name, todo[name]]));
    setTyped((now) => ({ ...now, ...change }));
    const wanted = change.title === undefined ? change : { ...change, title: change.title.trim() };
    if (wanted.title === "") return; // Not a title yet. Leaving the field brings the last one back.
    setBefore((now) => ({ ...of(fieldsOf(item)), ...now }));
    keep(wanted, { ...fieldsOf(item), ...seen.current });
    seen.current = { ...seen.current, ...wanted };
  };
  const leave = (name: Name): void => {
    flush(id);
    void kept.current.then(() => {
      setTyped((now) => {
        if (now[name] !== typed[name]) return now; // The visitor is back in it already.
        const { [name]: _, ...rest } = now;
        return rest;
      });
      delete seen.current[name];
    });
  };
  const undo = (): void => {
    keep(before, fields);
    flush(id);
    setBefore({});
    void kept.current.then(() => setTyped({}));
    seen.current = {};
    announce(words.editor.undone);
  };
  useEffect(() => () => flush(id), [id]);
  const changed = (Object.keys(before) as Name[]).some((name) => before[name] !== fields[name]);
  return { fields, set, leave, undo, changed, keeping: keeping > 0 };
}

export function Editor({ item }: { item: Item }) {
  const { fields, set, leave, undo, changed, keeping } = useFields(item);
  const id = item.todoID;
  const problem = problems.value.get(id);
  const about = {
    title:
      (fields.title.trim() === "" ? words.editor.needTitle : tooLong(fields.title.trim(), LIMITS.title)) ??
      problem?.fields["title"],
    description: tooLong(fields.description, LIMITS.description) ?? problem?.fields["description"],
    notes: tooLong(fields.notes, LIMITS.notes) ?? problem?.fields["notes"],
    dateDue: problem?.fields["dateDue"],
  };
  const [hadDescription] = useState(item.description !== "");
  return (
    <>
      <form
        class="editor"
        noValidate
        onSubmit={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) {
            event.preventDefault();
            flush(id);
          }
        }}
      >
        <div class="editor-title">
          <Tick item={item} />
          <Field label={words.editor.title} error={about.title} quiet>
            {(attributes) => (
              <textarea
                {...attributes}
                dir="auto"
                class="title-input"
                rows={1}
                value={fields.title}
                onInput={(event) => set({ title: event.currentTarget.value.replace(/[\r\n]+/g, " ") })}
                onBlur={() => leave("title")}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.isComposing) return;
                  event.preventDefault();
                  flush(id);
                }}
              />
            )}
          </Field>
          <Star item={item} />
        </div>
        <DueChip
          value={fields.dateDue}
          error={about.dateDue}
          onChange={(dateDue) => set({ dateDue })}
          onLeave={() => leave("dateDue")}
        />
        <RepeatField
          value={fields.repeats}
          onChange={(repeats) => set({ repeats, ...(fields.dateDue === null && repeats ? { dateDue: today.value } : {}) })}
          onLeave={() => leave("repeats")}
        />
        {(hadDescription || fields.description !== "") && (
          <Field label={words.editor.description} error={about.description}>
            {(attributes) => (
              <textarea
                {...attributes}
                dir="auto"
                rows={2}
                value={fields.description}
                onInput={(event) => set({ description: event.currentTarget.value })}
                onBlur={() => leave("description")}
              />
            )}
          </Field>
        )}
        <Notes value={fields.notes} error={about.notes} onInput={(notes) => set({ notes })} onLeave={() => leave("notes")} />
        {problem !== undefined && problem.stored === null && <Refused id={id} detail={problem.detail} />}
        {problem?.stored && <Conflict mine={item} stored={problem.stored} />}
        <SaveState id={id} keeping={keeping} changed={changed} onUndo={undo} />
      </form>
      <Attachments todoID={id} count={item.attachments} made={item.version > 0} />
      <footer class="pane-foot">
        <p class="hint">
          {words.editor.created(momentText(item.dateCreated))}
          <br />
          {words.editor.changed(momentText(item.dateModified))}
        </p>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            const beside = rowBeside(id);
            void remove(item);
            go("/");
            requestAnimationFrame(() => focusRow(beside) || focusHeading());
          }}
        >
          <Icon name="trash" />
          {words.editor.remove}
        </button>
      </footer>
    </>
  );
}

interface SaveProperties {
  id: string;
  /** It is not even kept in this browser yet. */
  keeping: boolean;
  changed: boolean;
  onUndo: () => void;
}

/** Where the visitor's words are: on their way, kept here, saved. */
function SaveState({ id, keeping, changed, onUndo }: SaveProperties) {
  const waits = entries.value.some((entry) => entry.todoID === id);
  const state =
    keeping || (waits && connection.value === "ok") ? words.editor.saving : waits ? words.editor.kept : words.editor.saved;
  const shown = (changed || waits) && !problems.value.has(id);
  return (
    <div class="save-bar">
      <span class="save-state" role="status">
        {shown && state}
      </span>
      {changed && (
        <button type="button" class="link" onClick={onUndo}>
          {t.toast.undo}
        </button>
      )}
    </div>
  );
}

/** The server would not take it: the words stay until the visitor has decided. */
function Refused({ id, detail }: { id: string; detail: string }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <Icon name="alert" />
        {words.editor.refused(detail)}
      </p>
      <div class="actions">
        <button type="button" class="button small" onClick={() => void tryAgain(id)}>
          {t.app.tryAgain}
        </button>
        <button type="button" class="button small quiet" onClick={() => void discard(id)}>
          {words.editor.discard}
        </button>
      </div>
    </div>
  );
}
