/** Everything before one is logged in: log in, register, confirm, forgotten password. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { sentence } from "../errors";
import { CodeField, EmailField, email, Form, needCode, needEmail, notice } from "./AuthForm";
import { Icon, Mark } from "../parts/Icon";
import { PasswordField } from "./PasswordField";
import { type Problems, problemsOf } from "./submit";
import { ThemeButton } from "../parts/ThemeButton";
import { strong } from "./password";
import { go, route } from "../router";
import * as session from "../session";
import { t } from "../strings";
import { forms } from "./strings";
import "./auth.css";

/** In memory only: lets the visitor straight in once the e-mail is confirmed. */
let password = "";

const FORMS: Record<string, () => preact.JSX.Element> = { register: Register, confirm: Confirm, forgot: Forgot };
const back = <a href="/login">{forms.back}</a>;
const needStrong = (typed: string): string | false => !strong(typed) && forms.weak;

export function AuthViews() {
  const View = FORMS[route.value.view] ?? LogIn;
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
      password = typed;
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

function Register() {
  const [typed, setTyped] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ email: needEmail(), password: needStrong(typed) });
    if (problems) return problems;
    await session.register(email.value, typed);
    password = typed;
    notice.value = forms.sent(email.value);
    go("/confirm");
    return undefined;
  };
  return (
    <Form
      heading={forms.register}
      action={forms.register}
      onSubmit={submit}
      foot={[
        <>
          {forms.haveAccount} <a href="/login">{forms.logIn}</a>
        </>,
      ]}
    >
      {(problems) => (
        <>
          <EmailField problems={problems} />
          <PasswordField label={forms.password} value={typed} onInput={setTyped} error={problems["password"]} fresh />
        </>
      )}
    </Form>
  );
}

function Confirm() {
  const [code, setCode] = useState("");
  const [knownEmail] = useState(email.value !== "");
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ email: needEmail(), code: needCode(code) });
    if (problems) return problems;
    await session.confirm(email.value, code);
    if (password !== "") {
      const secret = password;
      password = "";
      if ((await session.logIn(email.value, secret)) === "done") return undefined;
    }
    notice.value = forms.confirmed;
    go("/login");
    return undefined;
  };
  const resend = async (): Promise<void> => {
    try {
      await session.resendCode(email.value);
      notice.value = forms.resent;
    } catch (error) {
      notice.value = sentence(error);
    }
  };
  const again = (
    <button type="button" class="link" onClick={() => void resend()}>
      {forms.resend}
    </button>
  );
  return (
    <Form
      heading={forms.confirm}
      action={forms.confirm}
      onSubmit={submit}
      special={{ NotAuthorizedException: forms.alreadyConfirmed }}
      foot={[again, back]}
    >
      {(problems) => (
        <>
          {!knownEmail && <EmailField problems={problems} />}
          <CodeField value={code} onInput={setCode} problems={problems} />
        </>
      )}
    </Form>
  );
}

function Forgot() {
  const [asked, setAsked] = useState(false);
  const [code, setCode] = useState("");
  const [typed, setTyped] = useState("");
  const ask = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ email: needEmail() });
    if (problems) return problems;
    await session.requestReset(email.value);
    notice.value = forms.sent(email.value);
    setAsked(true);
    return undefined;
  };
  const reset = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ code: needCode(code), password: needStrong(typed) });
    if (problems) return problems;
    await session.resetPassword(email.value, code, typed);
    notice.value = forms.reset;
    go("/login");
    return undefined;
  };
  if (!asked)
    return (
      <Form key="ask" heading={forms.forgot} action={forms.sendCode} onSubmit={ask} foot={[back]}>
        {(problems) => <EmailField problems={problems} />}
      </Form>
    );
  return (
    <Form key="reset" heading={forms.newPassword} action={forms.setPassword} onSubmit={reset} foot={[back]}>
      {(problems) => (
        <>
          <CodeField value={code} onInput={setCode} problems={problems} />
          <PasswordField label={forms.fresh} value={typed} onInput={setTyped} error={problems["password"]} fresh />
        </>
      )}
    </Form>
  );
}
