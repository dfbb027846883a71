/** A modal dialog: the browser keeps the focus inside and gives it back. Mounted means open. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Properties {
  label: string;
  /** Escape. Without it the dialog needs a decision. */
  onClose?: (() => void) | undefined;
  class?: string;
  children: ComponentChildren;
}

export function Dialog({ label, onClose, class: name = "", children }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${name}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose?.(); // The backdrop.
      }}
      onKeyDown={(event) => {
        // Chromium closes on a second Escape whatever `cancel` says.
        if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          onClose?.();
        }
      }}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
