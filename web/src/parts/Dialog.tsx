/** A modal dialog: the browser keeps the focus inside and gives it back. Mounted means open. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Properties {
  label: string;
  /** Escape. Without it the dialog needs a decision. */
  onClose?: (() => void) | undefined;
  class?: string;
  /** What it belongs to: with room for that, it stands there. */
  beside?: Element | null;
  children: ComponentChildren;
}

const WIDE = 768;

/** Under what it belongs to; where there is no room, as far down and as far left as it fits. */
function place(dialog: HTMLElement, { bottom, left }: DOMRect): void {
  const { width, height } = dialog.getBoundingClientRect();
  dialog.style.margin = "0";
  dialog.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  dialog.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - height - 8))}px`;
}

export function Dialog({ label, onClose, class: name = "", beside, children }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const origin = useRef(beside);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    if (element && origin.current && innerWidth >= WIDE) place(element, origin.current.getBoundingClientRect());
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
