/** Before there is an account, or a password that is known: register, confirm, forgotten password. */
import { useState } from "preact/hooks";
import { sentence } from "../errors";
import { go, route } from "../router";
import * as session from "../session";
import { CodeField, EmailField, email, Form, needCode, needEmail, notice, secret } from "./AuthForm";
import { strong } from "./password";
import { PasswordField } from "./PasswordField";
import { forms } from "./strings";
import { type Problems, problemsOf } from "./submit";

const back = <a href="/login">{forms.back}</a>;
const needStrong = (typed: string): string | false => !strong(typed) && forms.weak;

export function Registration() {
  const { view } = route.value;
  if (view === "register") return <Register />;
  return view === "confirm" ? <Confirm /> : <Forgot />;
}

function Register() {
  const [typed, setTyped] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ email: needEmail(), password: needStrong(typed) });
    if (problems) return problems;
    await session.register(email.value, typed);
    secret.value = typed;
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
    const password = secret.value;
    if (password !== "") {
      secret.value = "";
      if ((await session.logIn(email.value, password)) === "done") return undefined;
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
