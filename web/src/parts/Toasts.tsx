/** Notices at the foot of the page, and the sentences for screen readers alone. */
import { dropping } from "../drops";
import { focusNext } from "../focus";
import { known } from "../known";
import { t } from "../strings";
import { announcement, dismiss, hold, release, toasts, tray, undo } from "../toasts";
import { Icon } from "./Icon";

export function Toasts() {
  const Tray = tray.value;
  const target = dropping.value;
  return (
    <>
      <section
        class="toasts"
        aria-label={t.toast.label}
        onPointerEnter={hold}
        onPointerLeave={release}
        onFocusIn={hold}
        onFocusOut={release}
      >
        {Tray !== null && <Tray />}
        {target !== null && (
          <p class="toast">
            <Icon name="clip" />
            <span class="toast-text">
              {target === "new" ? t.list.dropNew : t.list.dropOn(known.value.get(target)?.title ?? "")}
            </span>
          </p>
        )}
        <ol aria-live="polite" aria-relevant="additions">
          {toasts.value.map((toast) => (
            <li key={toast.id} class={`toast ${toast.kind}`}>
              <Icon name={toast.kind === "failed" ? "alert" : "check"} />
              <span class="toast-text">{toast.text}</span>
              {toast.undo && (
                <button type="button" class="toast-undo" onClick={() => undo(toast)}>
                  {t.toast.undo}
                </button>
              )}
              <button
                type="button"
                class="icon-button"
                aria-label={t.toast.dismiss}
                data-delete
                onClick={(event) => {
                  focusNext(event.currentTarget, () => document.querySelector<HTMLElement>("#main h1"));
                  dismiss(toast.id);
                }}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ol>
      </section>
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}
