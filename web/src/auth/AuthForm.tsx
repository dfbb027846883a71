/** The form of every view before the log-in, and its fields. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../strings";
import { Field } from "../parts/Field";
import { type Problems, Problem, useSubmit } from "./submit";
import { forms } from "./strings";

/** Carried from form to form, and over a reload while the visitor looks for the code. */
export const email = signal(sessionStorage.getItem("todo.email") ?? "");
export const notice = signal("");
/** In memory only: lets the visitor straight in once the e-mail is confirmed. */
export const secret = signal("");

function setEmail(value: string): void {
  email.value = value;
  sessionStorage.setItem("todo.email", value);
}

interface FormProperties {
  heading: string;
  action: string;
  onSubmit: () => Promise<Problems | undefined>;
  special?: Record<string, string>;
  children: (problems: Problems) => ComponentChildren;
  /** Where else one may want to go, a line each. */
  foot: ComponentChildren[];
}

export function Form({ heading, action, onSubmit, special, children, foot }: FormProperties) {
  const { problems, busy, form, attributes } = useSubmit(async () => {
    notice.value = "";
    return onSubmit();
  }, special);
  useLayoutEffect(() => {
    document.title = t.app.title(heading);
    form.current?.querySelector<HTMLElement>("input:not([type=checkbox])")?.focus();
  }, [heading, form]);
  return (
    <form {...attributes} class="auth-form">
      <h1 tabIndex={-1}>{heading}</h1>
      <p class={notice.value === "" ? "unseen" : "note"} role="status">
        {notice.value}
      </p>
      {children(problems)}
      <Problem text={problems["all"]} />
      <button type="submit" class="button primary large" disabled={busy}>
        {busy ? t.app.working : action}
      </button>
      <div class="auth-foot">
        {foot.map((line, number) => (
          <p key={number}>{line}</p>
        ))}
      </div>
    </form>
  );
}

export function EmailField({ problems }: { problems: Problems }) {
  return <AddressField label={forms.email} problems={problems} autocomplete="username" value={email.value} onInput={setEmail} />;
}

interface AddressProperties {
  label: string;
  hint?: string;
  problems: Problems;
  autocomplete: "username" | "email" | "off";
  value: string;
  onInput: (value: string) => void;
}

/** An e-mail address. */
export function AddressField({ label, hint, problems, autocomplete, value, onInput }: AddressProperties) {
  return (
    <Field label={label} hint={hint} error={problems["email"]}>
      {(attributes) => (
        <input
          {...attributes}
          type="email"
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface CodeProperties {
  value: string;
  onInput: (value: string) => void;
  problems: Problems;
  /** From an authenticator app, not from an e-mail. */
  totp?: boolean;
}

export function CodeField({ value, onInput, problems, totp = false }: CodeProperties) {
  return (
    <Field label={totp ? forms.totp : forms.code} error={problems["code"]} hint={totp ? forms.totpHint : forms.codeHint}>
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

export const needEmail = (typed = email.value): string | false => !/^\S+@\S+$/.test(typed.trim()) && forms.needEmail;
export const needCode = (code: string): string | false => code.trim() === "" && forms.needCode;
