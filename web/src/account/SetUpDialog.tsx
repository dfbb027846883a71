/** The key of a new authenticator app, to scan or to copy, until the app's first code proves that it is there. */
import { useMemo, useState } from "preact/hooks";
import { encode } from "uqr"; // Eight kilobytes without dependencies, loaded with this dialog: an encoder is no work of ours.
import { CodeField, needCode } from "../auth/AuthForm";
import { type Problems, Problem, problemsOf, useSubmit } from "../auth/submit";
import { Dialog } from "../parts/Dialog";
import { amplify } from "../session";
import { t } from "../strings";
import type { Enrolment } from "./Authenticator";
import { words } from "./strings";

interface Properties {
  enrolment: Enrolment;
  onDone: () => void;
  onClose: () => void;
}

export function SetUpDialog({ enrolment, onDone, onClose }: Properties) {
  const [code, setCode] = useState("");
  const submit = async (): Promise<Problems | undefined> => {
    const missing = problemsOf({ code: needCode(code) });
    if (missing) return missing;
    const { verifyTOTPSetup, updateMFAPreference } = await amplify();
    await verifyTOTPSetup({ code: code.replaceAll(/\s/g, "") });
    await updateMFAPreference({ totp: "PREFERRED" });
    onDone();
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit, t.errors.totp);
  return (
    <Dialog label={words.authenticator.setUpHeading} onClose={onClose}>
      <form {...attributes}>
        <h2>{words.authenticator.setUpHeading}</h2>
        <p>{words.authenticator.scan}</p>
        <QRCode text={enrolment.uri} />
        <a href={enrolment.uri}>{words.authenticator.open}</a>
        <Secret secret={enrolment.secret} />
        <CodeField totp value={code} onInput={setCode} problems={problems} />
        <Problem text={problems["all"]} />
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {words.authenticator.cancel}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? t.app.working : words.authenticator.turnOn}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Secret({ secret }: { secret: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  return (
    <>
      <p>
        {words.authenticator.secret}
        <code class="secret">{secret.replaceAll(/.{4}(?=.)/g, "$& ")}</code>
      </p>
      <button type="button" class="button" onClick={() => void copy().catch(() => setCopied(false))}>
        <span aria-live="polite">{copied ? words.authenticator.copied : words.authenticator.copy}</span>
      </button>
    </>
  );
}

/** Black on white in every theme, with the four modules around it that the standard (ISO/IEC 18004) asks for. */
function QRCode({ text }: { text: string }) {
  const { size, data } = useMemo(() => encode(text, { ecc: "M", border: 4 }), [text]);
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={words.authenticator.qr}>
      <path d={path} />
    </svg>
  );
}
