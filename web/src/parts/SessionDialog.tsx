/** The session ended in the middle of work: the way back, with everything still there underneath. */
import { useState } from "preact/hooks";
import { sentence } from "../errors";
import { abandon, answerCode, logIn, person } from "../session";
import { t } from "../strings";
import { CodeField } from "./AuthForm";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { PasswordField } from "./PasswordField";

export function SessionDialog() {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const email = person.value?.email ?? "";
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      if (code !== null) await answerCode(code);
      else if ((await logIn(email, password)) === "totp") setCode("");
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog label={t.ended.heading}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{t.ended.heading}</h2>
        <p>{t.ended.text}</p>
        <p class="hint">
          {t.account.loggedInAs} <bdi class="strong">{email}</bdi>
        </p>
        <input class="unseen" type="email" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />
        {code === null ? (
          <PasswordField label={t.auth.password} value={password} onInput={setPassword} autofocus />
        ) : (
          <CodeField label={t.auth.totp} value={code} onInput={setCode} problems={{}} />
        )}
        <div role="alert">
          {problem !== null && (
            <p class="problem">
              <Icon name="alert" />
              {problem}
            </p>
          )}
        </div>
        <div class="actions">
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? t.auth.working : t.auth.logIn}
          </button>
          <button type="button" class="button quiet" onClick={() => void abandon()}>
            {t.ended.other}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
