/** Deleting the account: asked twice, the second time for its e-mail. */
import { useState } from "preact/hooks";
import { deleteEverything } from "../api";
import { sentence } from "../errors";
import { AddressField } from "../auth/AuthForm";
import { Dialog } from "../parts/Dialog";
import { type Problems, Problem, problemsOf, useSubmit } from "../auth/submit";
import { deleteUser, person } from "../session";
import { t } from "../strings";
import { words } from "./strings";

export function DeleteAccount() {
  const [asked, setAsked] = useState(false);
  return (
    <div class="card">
      <h2>{words.account.remove}</h2>
      <p class="hint">{words.account.text}</p>
      <button type="button" class="button danger" onClick={() => setAsked(true)}>
        {words.account.remove}
      </button>
      {asked && <Ask onClose={() => setAsked(false)} />}
    </div>
  );
}

function Ask({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [begun, setBegun] = useState(false);
  const email = person.value?.email ?? "";
  const submit = async (): Promise<Problems | undefined> => {
    const same = typed.trim().toLowerCase() === email.toLowerCase();
    const problems = problemsOf({ email: !same && words.account.mismatch });
    if (problems) return problems;
    await deleteEverything(); // First: without the user there is no token to ask with.
    setBegun(true); // There is no way back from here.
    try {
      await deleteUser();
    } catch (error) {
      return { all: words.account.half(sentence(error)) };
    }
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit);
  const decided = busy || begun;
  return (
    <Dialog label={words.account.heading} onClose={decided ? undefined : onClose}>
      <form {...attributes}>
        <h2>{words.account.heading}</h2>
        <p>{words.account.text}</p>
        <p>{words.account.warning}</p>
        <AddressField label={words.account.type(email)} problems={problems} autocomplete="off" value={typed} onInput={setTyped} />
        <Problem text={problems["all"]} />
        <div class="actions">
          {!decided && (
            <button type="button" class="button primary" onClick={onClose}>
              {words.account.keep}
            </button>
          )}
          <button type="submit" class="button danger" disabled={busy}>
            {busy ? t.app.working : words.account.now}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
