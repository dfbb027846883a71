/** The documented shortcuts. */
import { helpOpen, singleKeys } from "../preferences";
import { t } from "../strings";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { words } from "./strings";
import "./account.css";

const SAVE = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘ Enter" : "Ctrl Enter";

export function HelpDialog() {
  const close = (): void => {
    helpOpen.value = false;
  };
  const keys = [...Object.entries(words.help.keys), [SAVE, words.help.save] as const];
  return (
    <Dialog label={words.help.heading} onClose={close} class="wide">
      <div class="dialog-head">
        <h2>{words.help.heading}</h2>
        <button type="button" class="icon-button" aria-label={words.help.close} onClick={close} autofocus>
          <Icon name="close" />
        </button>
      </div>
      {!singleKeys.value && (
        <p class="note">
          {words.help.off}{" "}
          <a href="/account" onClick={close}>
            {t.nav.account}
          </a>
        </p>
      )}
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
