/** Another e-mail for the account. Cognito keeps the old one until the code that it sends to the new one is back. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { AddressField, CodeField, needCode, needEmail } from "../auth/AuthForm";
import { forms } from "../auth/strings";
import { type Problems, Problem, problemsOf, useSubmit } from "../auth/submit";
import { amplify, renewPerson } from "../session";
import { t } from "../strings";
import { toast } from "../toasts";
import { words } from "./strings";

const SPECIAL = { AliasExistsException: words.email.taken, UsernameExistsException: words.email.taken };

export function EmailCard() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const shown = useRef(sentTo);
  useLayoutEffect(() => {
    if (shown.current !== sentTo) card.current?.querySelector("input")?.focus();
    shown.current = sentTo;
  }, [sentTo]);
  const done = async (): Promise<void> => {
    await renewPerson();
    toast(words.email.changed);
    setSentTo(null);
  };
  return (
    <div class="card" ref={card}>
      <h2>{words.email.heading}</h2>
      {sentTo === null ? (
        <Address onSent={setSentTo} onDone={done} />
      ) : (
        <Code sentTo={sentTo} onDone={done} onBack={() => setSentTo(null)} />
      )}
    </div>
  );
}

function Address({ onSent, onDone }: { onSent: (email: string) => void; onDone: () => Promise<void> }) {
  const [typed, setTyped] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const email = typed.trim().toLowerCase();
    const missing = problemsOf({ email: needEmail(email) });
    if (missing) return missing;
    const { updateUserAttribute } = await amplify();
    const { nextStep } = await updateUserAttribute({ userAttribute: { attributeKey: "email", value: email } });
    if (nextStep.updateAttributeStep === "DONE") {
      await onDone();
      setTyped("");
    } else {
      onSent(email);
    }
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit, SPECIAL);
  return (
    <form {...attributes}>
      <AddressField
        label={words.email.fresh}
        hint={words.email.text}
        problems={problems}
        autocomplete="email"
        value={typed}
        onInput={setTyped}
      />
      <Problem text={problems["all"]} />
      <button type="submit" class="button" disabled={busy}>
        {busy ? t.app.working : words.email.change}
      </button>
    </form>
  );
}

function Code({ sentTo, onDone, onBack }: { sentTo: string; onDone: () => Promise<void>; onBack: () => void }) {
  const [code, setCode] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const missing = problemsOf({ code: needCode(code) });
    if (missing) return missing;
    const { confirmUserAttribute } = await amplify();
    await confirmUserAttribute({ userAttributeKey: "email", confirmationCode: code.trim() });
    await onDone();
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit, SPECIAL);
  return (
    <form {...attributes}>
      <p role="status">{forms.sent(sentTo)}</p>
      <CodeField value={code} onInput={setCode} problems={problems} />
      <Problem text={problems["all"]} />
      <div class="actions">
        <button type="submit" class="button" disabled={busy}>
          {busy ? t.app.working : words.email.confirm}
        </button>
        <button type="button" class="button" onClick={onBack}>
          {words.email.back}
        </button>
      </div>
    </form>
  );
}
