/** A labelled input with its hint and its error, tied together for screen readers. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon";

interface Properties {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  children: (attributes: { id: string; "aria-invalid"?: "true"; "aria-describedby"?: string }) => JSX.Element;
  extra?: ComponentChildren;
  /** The name is for screen readers alone: the place says what the field is. */
  quiet?: boolean;
}

export function Field({ label, error, hint, children, extra, quiet = false }: Properties) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id} class={quiet ? "unseen" : ""}>
        {label}
      </label>
      {children({
        id,
        ...(error ? { "aria-invalid": "true" as const } : {}),
        ...(described ? { "aria-describedby": described } : {}),
      })}
      {extra}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="problem" id={`${id}-error`}>
          <Icon name="alert" />
          {error}
        </p>
      )}
    </div>
  );
}
