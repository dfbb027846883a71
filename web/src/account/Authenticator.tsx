/** An authenticator app for the log-in: shown as on or off, set up, turned off. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { Problem, useSubmit } from "../auth/submit";
import { isLeaving, sentence } from "../errors";
import { Dialog } from "../parts/Dialog";
import { lazy } from "../parts/lazy";
import { amplify, person } from "../session";
import { t } from "../strings";
import { toast } from "../toasts";
import { words } from "./strings";

const SetUpDialog = lazy(async () => (await import("./SetUpDialog")).SetUpDialog);

export interface Enrolment {
  /** Base 32, as people type it. */
  secret: string;
  /** What the QR code says. */
  uri: string;
}

export function Authenticator() {
  const [on, setOn] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [busy, setBusy] = useState(true); // Cognito is asked at once.

  const attempt = useCallback(async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      if (!isLeaving(error)) setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  }, []);
  const look = useCallback(async (): Promise<void> => {
    const { enabled } = await (await amplify()).fetchMFAPreference();
    setOn(enabled?.includes("TOTP") ?? false);
  }, []);
  const begin = async (): Promise<void> => {
    const details = await (await amplify()).setUpTOTP();
    const account = encodeURIComponent(person.value?.email ?? "");
    setEnrolment({ secret: details.sharedSecret, uri: details.getSetupUri(t.app.name, account).toString() });
  };
  useEffect(() => void attempt(look), [attempt, look]);

  const done = (now: boolean): void => {
    setOn(now);
    setEnrolment(null);
    setLeaving(false);
    toast(now ? words.authenticator.turnedOn : words.authenticator.turnedOff);
  };
  return (
    <div class="card">
      <h2>{words.authenticator.heading}</h2>
      <p class="hint">{on ? words.authenticator.on : words.authenticator.text}</p>
      <p class="hint">{words.authenticator.recovery}</p>
      {on ? (
        <button type="button" class="button danger" onClick={() => setLeaving(true)}>
          {words.authenticator.turnOff}
        </button>
      ) : (
        <button
          type="button"
          class="button"
          aria-disabled={busy} // Not disabled: a dialog gives the focus back to it.
          onClick={() => {
            if (!busy) void attempt(on === null ? look : begin);
          }}
        >
          {busy ? t.app.working : on === null ? t.app.tryAgain : words.authenticator.setUp}
        </button>
      )}
      <Problem text={problem} />
      {enrolment !== null && <SetUpDialog enrolment={enrolment} onDone={() => done(true)} onClose={() => setEnrolment(null)} />}
      {leaving && <TurnOff onDone={() => done(false)} onClose={() => setLeaving(false)} />}
    </div>
  );
}

function TurnOff({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { problems, busy, attributes } = useSubmit(async () => {
    await (await amplify()).updateMFAPreference({ totp: "DISABLED" });
    onDone();
    return undefined;
  });
  return (
    <Dialog label={words.authenticator.offHeading} onClose={onClose}>
      <form {...attributes}>
        <h2>{words.authenticator.offHeading}</h2>
        <p>{words.authenticator.offText}</p>
        <Problem text={problems["all"]} />
        <div class="actions">
          <button type="button" class="button primary" onClick={onClose}>
            {words.authenticator.keep}
          </button>
          <button type="submit" class="button danger" disabled={busy}>
            {busy ? t.app.working : words.authenticator.turnOff}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
