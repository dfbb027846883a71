/** Everything before one is logged in: log in, register, confirm, forgotten password. */
import { useEffect, useState } from "preact/hooks";
import { sentence } from "../errors";
import { CodeField, checkEmail, EmailField, email, Form, found, notice, type Problems } from "../parts/AuthForm";
import { Icon, Mark } from "../parts/Icon";
import { PasswordField } from "../parts/PasswordField";
import { ThemeButton } from "../parts/ThemeButton";
import { strong } from "../password";
import { go, route } from "../router";
import * as session from "../session";
import { t } from "../strings";
import { announce } from "../toasts";

/** In memory only: lets the visitor straight in once the e-mail is confirmed. */
let password = "";

export function AuthViews() {
  const view = route.value.view;
  useEffect(() => {
    document.querySelector<HTMLElement>("#main input:not([type=checkbox])")?.focus();
  }, [view]);
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
        {view === "register" ? <Register /> : view === "confirm" ? <Confirm /> : view === "forgot" ? <Forgot /> : <LogIn />}
      </main>
      <div class="auth-side" aria-hidden="true">
        <p class="auth-tagline">{t.auth.tagline}</p>
        <ul>
          {t.auth.pitch.map((line) => (
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
  const [code, setCode] = useState<string | null>(null);
  const submit = async (): Promise<Problems | undefined> => {
    if (code !== null) {
      if (code.trim() === "") return { code: t.auth.needCode };
      await session.answerCode(code);
      return undefined;
    }
    const problems: Problems = {};
    checkEmail(problems);
    if (typed === "") problems["password"] = t.auth.needPassword;
    if (found(problems)) return problems;
    const step = await session.logIn(email.value, typed);
    if (step === "totp") setCode("");
    if (step === "reset") go("/forgot");
    if (step === "confirm") {
      password = typed;
      await session.resendCode(email.value);
      notice.value = t.auth.sent(email.value);
      go("/confirm");
    }
    return undefined;
  };
  return (
    <Form
      heading={t.auth.logIn}
      action={t.auth.logIn}
      onSubmit={submit}
      foot={
        <>
          <p>
            {t.auth.noAccount} <a href="/register">{t.auth.register}</a>
          </p>
          <p>
            <a href="/forgot">{t.auth.forgotLink}</a>
          </p>
        </>
      }
    >
      {(problems) =>
        code === null ? (
          <>
            <EmailField problems={problems} />
            <PasswordField label={t.auth.password} value={typed} onInput={setTyped} error={problems["password"]} />
          </>
        ) : (
          <CodeField label={t.auth.totp} value={code} onInput={setCode} problems={problems} />
        )
      }
    </Form>
  );
}

function Register() {
  const [typed, setTyped] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems: Problems = {};
    checkEmail(problems);
    if (!strong(typed)) problems["password"] = t.auth.weak;
    if (found(problems)) return problems;
    await session.register(email.value, typed);
    password = typed;
    notice.value = t.auth.sent(email.value);
    go("/confirm");
    return undefined;
  };
  return (
    <Form
      heading={t.auth.register}
      action={t.auth.register}
      onSubmit={submit}
      foot={
        <p>
          {t.auth.haveAccount} <a href="/login">{t.auth.logIn}</a>
        </p>
      }
    >
      {(problems) => (
        <>
          <EmailField problems={problems} />
          <PasswordField label={t.auth.password} value={typed} onInput={setTyped} error={problems["password"]} fresh />
        </>
      )}
    </Form>
  );
}

function Confirm() {
  const [code, setCode] = useState("");
  const [knownEmail] = useState(email.value !== "");
  const submit = async (): Promise<Problems | undefined> => {
    const problems: Problems = {};
    checkEmail(problems);
    if (code.trim() === "") problems["code"] = t.auth.needCode;
    if (found(problems)) return problems;
    await session.confirm(email.value, code);
    if (password !== "") {
      const secret = password;
      password = "";
      if ((await session.logIn(email.value, secret)) === "done") return undefined;
    }
    notice.value = t.auth.confirmed;
    go("/login");
    return undefined;
  };
  const resend = async (): Promise<void> => {
    try {
      await session.resendCode(email.value);
      notice.value = t.auth.resent;
    } catch (error) {
      notice.value = sentence(error);
    }
  };
  return (
    <Form
      heading={t.auth.confirm}
      action={t.auth.confirm}
      onSubmit={submit}
      special={{ NotAuthorizedException: t.auth.alreadyConfirmed }}
      foot={
        <>
          <p>
            <button type="button" class="link" onClick={() => void resend()}>
              {t.auth.resend}
            </button>
          </p>
          <p>
            <a href="/login">{t.auth.back}</a>
          </p>
        </>
      }
    >
      {(problems) => (
        <>
          {!knownEmail && <EmailField problems={problems} />}
          <CodeField label={t.auth.code} value={code} onInput={setCode} problems={problems} />
        </>
      )}
    </Form>
  );
}

function Forgot() {
  const [asked, setAsked] = useState(false);
  const [code, setCode] = useState("");
  const [typed, setTyped] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems: Problems = {};
    checkEmail(problems);
    if (asked && code.trim() === "") problems["code"] = t.auth.needCode;
    if (asked && !strong(typed)) problems["password"] = t.auth.weak;
    if (found(problems)) return problems;
    if (!asked) {
      await session.requestReset(email.value);
      notice.value = t.auth.sent(email.value);
      announce(notice.value);
      setAsked(true);
      return undefined;
    }
    await session.resetPassword(email.value, code, typed);
    notice.value = t.auth.reset;
    go("/login");
    return undefined;
  };
  return (
    <Form
      heading={asked ? t.auth.newPassword : t.auth.forgot}
      action={asked ? t.auth.setPassword : t.auth.sendCode}
      onSubmit={submit}
      foot={
        <p>
          <a href="/login">{t.auth.back}</a>
        </p>
      }
    >
      {(problems) =>
        asked ? (
          <>
            <CodeField label={t.auth.code} value={code} onInput={setCode} problems={problems} />
            <PasswordField label={t.auth.fresh} value={typed} onInput={setTyped} error={problems["password"]} fresh />
          </>
        ) : (
          <EmailField problems={problems} />
        )
      }
    </Form>
  );
}
