/** What every form does: one submit at a time, problems beside their fields, the focus on the first of them. */
import { useRef, useState } from "preact/hooks";
import { sentence } from "../errors";
import { Icon } from "../parts/Icon";

/** Sentences by field; `all` is about the form as a whole. */
export type Problems = Record<string, string>;

/** The fields that have a problem; undefined when none has. */
export function problemsOf(fields: Record<string, string | false>): Problems | undefined {
  const wrong = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== false);
  return wrong.length > 0 ? Object.fromEntries(wrong) : undefined;
}

/** `act` returns problems that were found before anything was sent, and throws what went wrong after that.
 * `special`: sentences for errors that mean something else in this form. */
export function useSubmit(act: () => Promise<Problems | undefined>, special?: Record<string, string>) {
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblems({});
    try {
      const found = await act();
      setProblems(found ?? {});
      if (found) requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    } catch (error) {
      setProblems({ all: sentence(error, special) });
    } finally {
      setBusy(false);
    }
  };
  const attributes = {
    ref: form,
    noValidate: true,
    onSubmit: (event: Event): void => {
      event.preventDefault();
      void submit();
    },
  };
  return { problems, busy, form, attributes };
}

/** What is wrong with a form as a whole; read out when it appears. */
export function Problem({ text }: { text: string | null | undefined }) {
  return (
    <div role="alert">
      {text && (
        <p class="problem">
          <Icon name="alert" />
          {text}
        </p>
      )}
    </div>
  );
}

/** Tells password managers whose password a form is about. */
export function Username({ email }: { email: string }) {
  return <input class="unseen" type="email" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />;
}
