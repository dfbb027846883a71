/** The page before one is logged in, and the form to log in. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { CodeField, EmailField, email, Form, needCode, needEmail, notice, secret } from "./AuthForm";
import { Icon, Mark } from "../parts/Icon";
import { lazy } from "../parts/lazy";
import { PasswordField } from "./PasswordField";
import { type Problems, problemsOf } from "./submit";
import { ThemeButton } from "../parts/ThemeButton";
import { go, route } from "../router";
import * as session from "../session";
import { t } from "../strings";
import { forms } from "./strings";
import "./auth.css";

const Registration = lazy(async () => (await import("./Registration")).Registration);

export function AuthViews() {
  const { view } = route.value;
  const View = view === "register" || view === "confirm" || view === "forgot" ? Registration : LogIn;
  return (
    <div class="auth">
      <main id="main" class="auth-main">
        <div class="auth-top">
          <span class="brand">
            <Mark />
            {t.app.name}
          </span>
          <ThemeButton />
        </div>
        <View />
      </main>
      <div class="auth-side" aria-hidden="true">
        <p class="auth-tagline">{forms.tagline}</p>
        <ul>
          {forms.pitch.map((line) => (
            <li key={line}>
              <span class="auth-tick">
                <Icon name="check" />
              </span>
              {line}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function LogIn() {
  const [typed, setTyped] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ email: needEmail(), password: typed === "" && forms.needPassword });
    if (problems) return problems;
    const step = await session.logIn(email.value, typed);
    if (step === "totp") setAsksCode(true);
    if (step === "reset") go("/forgot");
    if (step === "confirm") {
      secret.value = typed;
      await session.resendCode(email.value);
      notice.value = forms.sent(email.value);
      go("/confirm");
    }
    return undefined;
  };
  if (asksCode) return <SecondStep onBack={() => setAsksCode(false)} />;
  return (
    <Form
      heading={forms.logIn}
      action={forms.logIn}
      onSubmit={submit}
      foot={[
        <Fragment key="register">
          {forms.noAccount} <a href="/register">{forms.register}</a>
        </Fragment>,
        <a key="forgot" href="/forgot">
          {forms.forgotLink}
        </a>,
      ]}
    >
      {(problems) => (
        <>
          <EmailField problems={problems} />
          <PasswordField label={forms.password} value={typed} onInput={setTyped} error={problems["password"]} />
        </>
      )}
    </Form>
  );
}

/** The code of an authenticator app, for people who have one set up. */
function SecondStep({ onBack }: { onBack: () => void }) {
  const [code, setCode] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ code: needCode(code) });
    if (problems) return problems;
    if (!(await session.answerCode(code))) {
      notice.value = forms.totpLate;
      onBack();
    }
    return undefined;
  };
  const again = (
    <button type="button" class="link" onClick={onBack}>
      {forms.back}
    </button>
  );
  return (
    <Form heading={forms.secondStep} action={forms.logIn} onSubmit={submit} special={t.errors.totp} foot={[again]}>
      {(problems) => <CodeField totp value={code} onInput={setCode} problems={problems} />}
    </Form>
  );
}
