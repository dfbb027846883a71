/** The form of every view before the log-in, and its fields. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { sentence } from "../errors";
import { t } from "../strings";
import { Field } from "./Field";
import { Icon } from "./Icon";

/** Carried from form to form, and over a reload while the visitor looks for the code. */
export const email = signal(sessionStorage.getItem("todo.email") ?? "");
export const notice = signal("");

function setEmail(value: string): void {
  email.value = value;
  sessionStorage.setItem("todo.email", value);
}

export type Problems = Record<string, string>;

interface FormProperties {
  heading: string;
  action: string;
  /** Throws what went wrong; answers problems of fields that were found before anything was sent. */
  onSubmit: () => Promise<Problems | undefined>;
  /** Sentences for Cognito's errors that mean something else here. */
  special?: Record<string, string>;
  children: (problems: Problems) => ComponentChildren;
  foot?: ComponentChildren;
}

export function Form({ heading, action, onSubmit, special, children, foot }: FormProperties) {
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblems({});
    notice.value = "";
    try {
      const found = await onSubmit();
      setProblems(found ?? {});
      if (found) requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    } catch (error) {
      setProblems({ all: sentence(error, special) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      class="auth-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1 tabIndex={-1}>{heading}</h1>
      <p class={notice.value === "" ? "unseen" : "note"} role="status">
        {notice.value}
      </p>
      {children(problems)}
      <div role="alert">
        {problems["all"] !== undefined && (
          <p class="problem">
            <Icon name="alert" />
            {problems["all"]}
          </p>
        )}
      </div>
      <button type="submit" class="button primary large" disabled={busy}>
        {busy ? t.auth.working : action}
      </button>
      {foot && <div class="auth-foot">{foot}</div>}
    </form>
  );
}

export function EmailField({ problems }: { problems: Problems }) {
  return (
    <Field label={t.auth.email} error={problems["email"]}>
      {(attributes) => (
        <input
          {...attributes}
          type="email"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          value={email.value}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function CodeField({
  label,
  value,
  onInput,
  problems,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  problems: Problems;
}) {
  return (
    <Field label={label} error={problems["code"]} hint={t.auth.codeHint}>
      {(attributes) => (
        <input
          {...attributes}
          class="code"
          type="text"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={12}
          dir="ltr"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function checkEmail(problems: Problems): void {
  if (!/^\S+@\S+$/.test(email.value.trim())) problems["email"] = t.auth.needEmail;
}

export const found = (problems: Problems): Problems | undefined => (Object.keys(problems).length > 0 ? problems : undefined);
