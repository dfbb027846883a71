/** A new to-do starts with its title; then it is there, and everything else is edited where it stands. */
import { useState } from "preact/hooks";
import { readDraft, writeDraft } from "../drafts";
import { EMPTY_FIELDS, LIMITS } from "../model";
import { go, pathOfTodo } from "../router";
import { t } from "../strings";
import { announce } from "../toasts";
import { create } from "../todos";
import { Field } from "../parts/Field";
import { words } from "./strings";

export function NewTodo() {
  const [typed, setTyped] = useState(() => readDraft<string>("new") ?? "");
  const [problem, setProblem] = useState<string>();
  const title = typed.trim();
  const set = (value: string): void => {
    setTyped(value);
    setProblem(undefined);
    writeDraft("new", value === "" ? null : value);
  };
  const add = async (): Promise<void> => {
    if (title === "") return setProblem(words.editor.needTitle);
    if ([...title].length > LIMITS.title) return setProblem(t.quick.tooLong(LIMITS.title));
    const id = await create({ ...EMPTY_FIELDS, title });
    writeDraft("new", null);
    announce(t.quick.added(title));
    go(pathOfTodo(id), { replace: true });
  };
  return (
    <form
      class="editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label={words.editor.title} error={problem} hint={words.editor.newHint}>
        {(attributes) => (
          <textarea
            {...attributes}
            dir="auto"
            class="title-input"
            rows={1}
            value={typed}
            onInput={(event) => set(event.currentTarget.value.replace(/[\r\n]+/g, " "))}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.isComposing) return;
              event.preventDefault();
              void add();
            }}
          />
        )}
      </Field>
      <button type="submit" class="button primary">
        {words.editor.create}
      </button>
    </form>
  );
}
