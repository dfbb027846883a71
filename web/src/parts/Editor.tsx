/** A to-do's fields, edited where they stand. What is typed is a draft in this browser until the server has it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api";
import { momentText } from "../dates";
import { readDraft, writeDraft } from "../drafts";
import { isLeaving, sentence } from "../errors";
import { focusHeading, focusRow, rowBeside } from "../focus";
import { changes, EMPTY_FIELDS, fieldsOf, type Item, LIMITS, type Todo, type TodoFields } from "../model";
import { go, pathOfTodo, route } from "../router";
import { t } from "../strings";
import { announce } from "../toasts";
import { create, remove, save, setCompleted } from "../todos";
import { Attachments } from "./Attachments";
import { ConflictDialog } from "./ConflictDialog";
import { DueField } from "./DueField";
import { Field } from "./Field";
import { Icon } from "./Icon";

interface Draft {
  base: Todo;
  fields: TodoFields;
}

type Problems = Partial<Record<keyof TodoFields | "all", string>>;

function tooLong(text: string, max: number): string | undefined {
  return text.length > max ? t.editor.tooLong(text.length, max) : undefined;
}

export function Editor({ item }: { item: Item | null }) {
  const name = item === null ? "new" : `edit.${item.todoID}`;
  const [draft] = useState(() => (item === null ? null : readDraft<Draft>(name)));
  const [base, setBase] = useState<Todo | null>(draft?.base ?? item);
  const [fields, setFields] = useState<TodoFields>(() =>
    item === null ? (readDraft<TodoFields>(name) ?? EMPTY_FIELDS) : fieldsOf(draft?.fields ?? item),
  );
  const [problems, setProblems] = useState<Problems>({});
  const [phase, setPhase] = useState<"idle" | "saving" | "saved">("idle");
  const [conflict, setConflict] = useState<Todo | null>(null);
  const [attempt, setAttempt] = useState(() => crypto.randomUUID());
  const form = useRef<HTMLFormElement>(null);
  const dirty = Object.keys(changes(base ?? EMPTY_FIELDS, fields)).length > 0;

  // Follow what the server says while nothing is being edited here.
  useEffect(() => {
    if (item === null || item.pending || dirty || phase === "saving") return;
    if (base === null || item.version > base.version) {
      setBase(item);
      setFields(fieldsOf(item));
    }
  }, [item]);

  const keep = (next: TodoFields, from = base): void => {
    const unsaved = Object.keys(changes(from ?? EMPTY_FIELDS, next)).length > 0;
    writeDraft(name, unsaved ? (from === null ? next : { base: from, fields: next }) : null);
  };
  const set = (change: Partial<TodoFields>): void => {
    const next = { ...fields, ...change };
    setFields(next);
    keep(next);
    setPhase("idle");
    if (Object.keys(problems).length > 0) setProblems({});
  };

  const store = async (from: Todo, edited: TodoFields): Promise<void> => {
    setPhase("saving");
    try {
      const outcome = await save(from, edited);
      if ("conflict" in outcome) {
        setPhase("idle");
        setConflict(outcome.conflict);
        return;
      }
      setBase(outcome.saved);
      setFields((now) => {
        // What was typed while the answer was on its way stays, on top of what was saved.
        const next = { ...fieldsOf(outcome.saved), ...changes(edited, now) };
        keep(next, outcome.saved);
        return next;
      });
      setPhase("saved");
      announce(t.editor.saved);
    } catch (error) {
      fail(error);
    }
  };

  const fail = (error: unknown): void => {
    if (isLeaving(error)) return;
    setPhase("idle");
    const found: Problems = {};
    if (error instanceof ApiError) {
      for (const field of ["title", "description", "notes", "dateDue"] as const) {
        const about = error.about(field);
        if (about !== undefined) found[field] = about;
      }
    }
    setProblems(Object.keys(found).length > 0 ? found : { all: sentence(error) });
  };

  const submit = async (): Promise<void> => {
    if (phase === "saving") return;
    const wanted = { ...fields, title: fields.title.trim() };
    const found: Problems = {};
    const title = wanted.title === "" ? t.editor.needTitle : tooLong(wanted.title, LIMITS.title);
    const description = tooLong(wanted.description, LIMITS.description);
    const notes = tooLong(wanted.notes, LIMITS.notes);
    if (title !== undefined) found.title = title;
    if (description !== undefined) found.description = description;
    if (notes !== undefined) found.notes = notes;
    setProblems(found);
    if (Object.keys(found).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      return;
    }
    if (base !== null) {
      if (dirty) await store(base, wanted);
      return;
    }
    setPhase("saving");
    writeDraft(name, null); // From here on it is kept with what waits to be sent.
    try {
      const todo = await create(wanted, attempt);
      announce(t.quick.added(todo.title));
      if (route.value.view === "new") go(pathOfTodo(todo.todoID), { replace: true });
    } catch (error) {
      setAttempt(crypto.randomUUID()); // The next try may carry other words: it is another creation.
      keep(fields);
      fail(error);
    }
  };

  const discard = (): void => {
    setFields(base === null ? EMPTY_FIELDS : fieldsOf(item ?? base));
    if (item !== null) setBase(item);
    setProblems({});
    writeDraft(name, null);
    setPhase("idle");
  };

  return (
    <>
      <form
        ref={form}
        class="editor"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) {
            event.preventDefault();
            void submit();
          }
        }}
      >
        {draft !== null && dirty && phase === "idle" && <p class="note">{t.editor.restored}</p>}
        <div class="editor-title">
          {item !== null && (
            <input
              type="checkbox"
              class="round"
              aria-label={t.list.complete(item.title)}
              checked={item.completed}
              onChange={(event) => void setCompleted(item, event.currentTarget.checked)}
            />
          )}
          <Field label={t.editor.title} error={problems.title} quiet={item !== null}>
            {(attributes) => (
              <textarea
                {...attributes}
                dir="auto"
                class="title-input"
                rows={1}
                value={fields.title}
                onInput={(event) => set({ title: event.currentTarget.value.replace(/[\r\n]+/g, " ") })}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && !event.isComposing) {
                    event.preventDefault();
                    void submit();
                  }
                }}
              />
            )}
          </Field>
        </div>
        <Field label={t.editor.due} error={problems.dateDue}>
          {(attributes) => (
            <DueField
              id={attributes.id}
              describedBy={attributes["aria-describedby"]}
              invalid={problems.dateDue !== undefined}
              value={fields.dateDue}
              onChange={(dateDue) => set({ dateDue })}
            />
          )}
        </Field>
        <Field label={t.editor.description} error={problems.description}>
          {(attributes) => (
            <textarea
              {...attributes}
              dir="auto"
              rows={2}
              placeholder={t.editor.descriptionHint}
              value={fields.description}
              onInput={(event) => set({ description: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={t.editor.notes} error={problems.notes}>
          {(attributes) => (
            <textarea
              {...attributes}
              dir="auto"
              class="notes-input"
              rows={4}
              placeholder={t.editor.notesHint}
              value={fields.notes}
              onInput={(event) => set({ notes: event.currentTarget.value })}
            />
          )}
        </Field>
        {problems.all !== undefined && (
          <p class="problem" role="alert">
            <Icon name="alert" />
            {problems.all}
          </p>
        )}
        <div class={`save-bar ${dirty || base === null ? "dirty" : ""}`}>
          <button type="submit" class="button primary" disabled={(base !== null && !dirty) || phase === "saving"}>
            {phase === "saving" ? t.editor.saving : base === null ? t.editor.create : t.editor.save}
          </button>
          {dirty && phase !== "saving" && (
            <button type="button" class="button quiet" onClick={discard}>
              {t.editor.discard}
            </button>
          )}
          <span class="save-state" role="status">
            {dirty && phase === "idle" && base !== null ? t.editor.unsaved : phase === "saved" && !dirty ? t.editor.saved : ""}
          </span>
        </div>
      </form>
      {item === null ? (
        <p class="hint pane-foot">{t.files.saveFirst}</p>
      ) : (
        <Attachments todoID={item.todoID} count={item.attachments} />
      )}
      {item !== null && (
        <footer class="pane-foot">
          <p class="hint">
            {t.editor.created(momentText(item.dateCreated))}
            <br />
            {t.editor.changed(momentText(item.dateModified))}
          </p>
          <button
            type="button"
            class="button danger"
            onClick={() => {
              const beside = rowBeside(item.todoID);
              writeDraft(name, null);
              void remove(item);
              go("/");
              requestAnimationFrame(() => focusRow(beside) || focusHeading());
            }}
          >
            <Icon name="trash" />
            {t.editor.remove}
          </button>
        </footer>
      )}
      {conflict !== null && base !== null && (
        <ConflictDialog
          base={base}
          mine={fields}
          stored={conflict}
          onKeepMine={() => {
            setConflict(null);
            const wanted = { ...fieldsOf(conflict), ...changes(base, fields) };
            setBase(conflict);
            setFields(wanted);
            keep(wanted, conflict);
            void store(conflict, wanted);
          }}
          onTakeTheirs={() => {
            setConflict(null);
            setBase(conflict);
            setFields(fieldsOf(conflict));
            writeDraft(name, null);
          }}
          onLater={() => setConflict(null)}
        />
      )}
    </>
  );
}
