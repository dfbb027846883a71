/** The notes of a to-do: shown with their links and checkboxes, edited as the text that they are. */
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isRich, type Line, lines, toggled } from "./notes";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { words } from "./strings";

interface Properties {
  value: string;
  error: string | undefined;
  onInput: (notes: string) => void;
  onLeave: () => void;
}

export function Notes({ value, error, onInput, onLeave }: Properties) {
  const [editing, setEditing] = useState(!isRich(value));
  const [asked, setAsked] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // An effect after painting would be too late for somebody who types at once.
  useLayoutEffect(() => {
    if (!asked) return;
    field.current?.focus();
    field.current?.setSelectionRange(value.length, value.length);
    setAsked(false);
  }, [asked, value]);
  const edit = (): void => {
    setEditing(true);
    setAsked(true);
  };
  if (!editing) return <Shown value={value} error={error} onInput={onInput} onLeave={onLeave} onEdit={edit} />;
  return (
    <Field label={words.editor.notes} error={error}>
      {(attributes) => (
        <textarea
          {...attributes}
          ref={field}
          dir="auto"
          class="notes-input"
          rows={4}
          placeholder={words.editor.notesHint}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          onBlur={() => {
            onLeave();
            if (isRich(value)) setEditing(false);
          }}
        />
      )}
    </Field>
  );
}

function Shown({ value, error, onInput, onLeave, onEdit }: Properties & { onEdit: () => void }) {
  const id = useId();
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <div class="field-head">
        <span id={id} class="label">
          {words.editor.notes}
        </span>
        <button type="button" class="link" onClick={onEdit}>
          {words.editor.editNotes}
        </button>
      </div>
      <div
        class="notes-shown"
        dir="auto"
        onClick={(event) => {
          if (!(event.target as Element).closest("a, label") && String(getSelection()) === "") onEdit();
        }}
      >
        {lines(value).map((line, number) => (
          <ShownLine
            key={number}
            line={line}
            onToggle={() => {
              onInput(toggled(value, number));
              onLeave();
            }}
          />
        ))}
      </div>
      {error !== undefined && (
        <p class="problem">
          <Icon name="alert" />
          {error}
        </p>
      )}
    </div>
  );
}

function ShownLine({ line, onToggle }: { line: Line; onToggle: () => void }) {
  const text = line.pieces.map((piece, number) =>
    piece.href === null ? (
      piece.text
    ) : (
      <a key={number} href={piece.href} target="_blank" rel="noopener noreferrer">
        {piece.text}
      </a>
    ),
  );
  if (line.task === null) return <p>{text}</p>;
  return (
    <p class={`task ${line.task ? "done" : ""}`}>
      <label>
        <input type="checkbox" aria-label={line.text} checked={line.task} onChange={onToggle} />
      </label>
      <span>{text}</span>
    </p>
  );
}
