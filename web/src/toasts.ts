/** Short notices with an undo, and sentences that only a screen reader hears. */
import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  undo: (() => void) | null;
  /** The ids of what it is about. */
  about: readonly string[];
  /** Tells again what is left when it is not so for one of them. */
  without: ((id: string) => void) | null;
}

const SHOWN_MS = 8_000;
const MOST = 3;

export const toasts = signal<readonly Toast[]>([]);
export const announcement = signal("");

/** What shows files on their way, once it is loaded. */
export const tray = signal<FunctionComponent | null>(null);

let last = 0;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/** Shows a notice, the newest at the end; returns its id. A failure stays until dismissed; of the others the oldest makes room. */
export function toast(text: string, options: Partial<Omit<Toast, "id" | "text">> = {}): number {
  const { kind = "done", undo = null, about = [], without = null } = options;
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, text, kind, undo, about, without }];
  if (kind === "failed") return id;
  start(id);
  for (const old of toasts.value.filter((one) => one.kind === "done").slice(0, -MOST)) dismiss(old.id);
  return id;
}

function start(id: number): void {
  timers.set(
    id,
    setTimeout(() => dismiss(id), SHOWN_MS),
  );
}

export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** What was told about a to-do turned out not to be so. */
export function takeBack(todoID: string): void {
  for (const toast of toasts.value) {
    if (!toast.about.includes(todoID)) continue;
    dismiss(toast.id);
    toast.without?.(todoID);
  }
}

/** Keeps all notices while the pointer or the focus is on them. */
export function hold(): void {
  for (const timer of timers.values()) clearTimeout(timer);
}

export function release(): void {
  for (const [id, timer] of timers) {
    clearTimeout(timer);
    start(id);
  }
}

export function undo(toast: Toast): void {
  dismiss(toast.id);
  toast.undo?.();
}

/** Undoes the newest change that has an undo; false when there is none. */
export function undoLast(): boolean {
  const newest = toasts.value.findLast((toast) => toast.undo !== null);
  if (newest === undefined) return false;
  undo(newest);
  return true;
}

export function announce(text: string): void {
  announcement.value = "";
  queueMicrotask(() => {
    announcement.value = text;
  });
}
