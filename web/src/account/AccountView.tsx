/** The visitor's account and preferences. */
import { useState } from "preact/hooks";
import { sentence } from "../errors";
import { Icon } from "../parts/Icon";
import { PasswordField } from "../auth/PasswordField";
import { Authenticator } from "./Authenticator";
import { DeleteAccount } from "./DeleteAccount";
import { EmailCard } from "./EmailCard";
import { ExportData } from "./ExportData";
import { LeaveDialog, unsent } from "./LeaveDialog";
import { type Problems, Problem, problemsOf, Username, useSubmit } from "../auth/submit";
import { strong } from "../auth/password";
import { chooseSingleKeys, chooseTheme, helpOpen, singleKeys, type Theme, theme } from "../preferences";
import { amplify, logOut, person } from "../session";
import { t } from "../strings";
import { toast } from "../toasts";
import { words } from "./strings";
import "./account.css";
import { forms } from "../auth/strings";

export function AccountView() {
  return (
    <section class="list account" aria-label={t.account.heading}>
      <header class="view-head">
        <h1 tabIndex={-1}>{t.account.heading}</h1>
        <p class="lead">
          {words.settings.loggedInAs} <bdi class="strong">{person.value?.email}</bdi>
        </p>
      </header>
      <div class="card">
        <h2>{words.settings.appearance}</h2>
        <fieldset class="segments">
          <legend class="unseen">{t.theme.label}</legend>
          {(["system", "light", "dark"] as Theme[]).map((choice) => (
            <label key={choice}>
              <input type="radio" name="theme" checked={theme.value === choice} onChange={() => chooseTheme(choice)} />
              <span>{t.theme[choice]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="card">
        <h2>{words.settings.keyboard}</h2>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={singleKeys.value}
            onChange={(event) => chooseSingleKeys(event.currentTarget.checked)}
          />
          <span>
            {words.settings.singleKeys}
            <span class="hint">{words.settings.singleKeysText}</span>
          </span>
        </label>
        <button
          type="button"
          class="button"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          <Icon name="keyboard" />
          {words.settings.showKeys}
        </button>
      </div>
      <EmailCard />
      <PasswordCard />
      <Authenticator />
      <LeaveCard />
      <ExportData />
      <DeleteAccount />
    </section>
  );
}

function PasswordCard() {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const problems = problemsOf({ old: old === "" && forms.needPassword, fresh: !strong(fresh) && forms.weak });
    if (problems) return problems;
    await (await amplify()).updatePassword({ oldPassword: old, newPassword: fresh });
    setOld("");
    setFresh("");
    toast(words.settings.changed);
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit, { NotAuthorizedException: words.settings.wrongOld });
  return (
    <form {...attributes} class="card">
      <h2>{words.settings.password}</h2>
      <Username email={person.value?.email ?? ""} />
      <PasswordField label={forms.oldPassword} value={old} onInput={setOld} error={problems["old"]} />
      <PasswordField label={forms.fresh} value={fresh} onInput={setFresh} error={problems["fresh"]} fresh />
      <Problem text={problems["all"]} />
      <button type="submit" class="button" disabled={busy}>
        {busy ? t.app.working : words.settings.change}
      </button>
    </form>
  );
}

function LeaveCard() {
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, setAsked] = useState<(() => void) | null>(null);
  const leave = (everywhere: boolean): void => {
    const go = (): void => void logOut(everywhere).catch((error: unknown) => setProblem(sentence(error)));
    if (unsent() === 0) go();
    else setAsked(() => go);
  };
  return (
    <div class="card">
      <h2>{words.settings.leave}</h2>
      <p class="hint">{words.settings.leaveText}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => leave(false)}>
          {words.settings.here}
        </button>
        <button type="button" class="button danger" onClick={() => leave(true)}>
          {words.settings.everywhere}
        </button>
      </div>
      <p class="hint">{words.settings.everywhereText}</p>
      <Problem text={problem} />
      {asked !== null && <LeaveDialog onLeave={asked} onStay={() => setAsked(null)} />}
    </div>
  );
}
