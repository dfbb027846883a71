/** The session ended in the middle of work: the way back, with everything still there underneath. */
import { useLayoutEffect, useState } from "preact/hooks";
import { abandon, answerCode, logIn, person } from "../session";
import { t } from "../strings";
import { CodeField } from "../auth/AuthForm";
import { Dialog } from "../parts/Dialog";
import { LeaveDialog, unsent } from "./LeaveDialog";
import { PasswordField } from "../auth/PasswordField";
import { type Problems, Problem, useSubmit, Username } from "../auth/submit";
import { words } from "./strings";
import { forms } from "../auth/strings";

export function SessionDialog() {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const email = person.value?.email ?? "";
  const submit = async (): Promise<Problems | undefined> => {
    if (code === null) {
      if ((await logIn(email, password)) === "totp") setCode("");
    } else if (!(await answerCode(code))) {
      setCode(null);
      return { all: forms.totpLate };
    }
    return undefined;
  };
  const { problems, busy, form, attributes } = useSubmit(submit, code === null ? undefined : t.errors.totp);
  const asksCode = code !== null;
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>("input:not([readonly])")?.focus(), [asksCode, form]);
  return (
    <Dialog label={words.ended.heading}>
      <form {...attributes}>
        <h2>{words.ended.heading}</h2>
        <p>{words.ended.text}</p>
        <p class="hint">
          {words.settings.loggedInAs} <bdi class="strong">{email}</bdi>
        </p>
        <Username email={email} />
        {code === null ? (
          <PasswordField label={forms.password} value={password} onInput={setPassword} />
        ) : (
          <CodeField totp value={code} onInput={setCode} problems={problems} />
        )}
        <Problem text={problems["all"]} />
        <div class="actions">
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? t.app.working : forms.logIn}
          </button>
          <button type="button" class="button quiet" onClick={() => (unsent() === 0 ? void abandon() : setLeaving(true))}>
            {words.ended.other}
          </button>
        </div>
      </form>
      {leaving && <LeaveDialog onLeave={() => void abandon()} onStay={() => setLeaving(false)} />}
    </Dialog>
  );
}
