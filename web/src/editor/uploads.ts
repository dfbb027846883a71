/** Files on their way to S3: kept in this browser until they are there, over a reload and a restart. Loaded after the first list. */
import { effect, signal } from "@preact/signals";
import * as api from "../api";
import { sizeText } from "./texts";
import { isLeaving, sentence } from "../errors";
import { confirmed } from "../known";
import { LIMITS } from "../model";
import { settled } from "../outbox";
import { entries, forgetFile, keepFile, type KeptFile, keptFiles } from "../store";
import { t } from "../strings";
import { announce, toast } from "../toasts";
import { attachments } from "./attachments";
import { words } from "./strings";

export type UploadPhase = "waiting" | "sending" | "checking" | "failed" | "refused";

export interface Upload extends KeptFile {
  phase: UploadPhase;
  /** Bytes that left this device. */
  sent: number;
  why: string;
  /** Whether this browser keeps it, so that closing the page loses nothing. */
  kept: boolean;
}

const AT_ONCE = 3;

export const uploads = signal<readonly Upload[]>([]);

const running = new Map<string, AbortController>();

function update(key: string, change: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
}

function forget(key: string): void {
  uploads.value = uploads.value.filter((upload) => upload.key !== key);
  void forgetFile(key);
}

/** Why a file would be refused, before a byte of it is sent; null when it would not. */
export function refusal(file: Pick<File, "name" | "size">): string | null {
  if (file.size > LIMITS.fileBytes) return words.files.tooLarge(sizeText(file.size));
  if (new TextEncoder().encode(file.name).length > LIMITS.fileNameBytes) return words.files.nameTooLong;
  return null;
}

/** Attaches files: those that fit start at once, three at a time; the others say why they do not. */
export function attach(todoID: string, files: readonly File[]): void {
  const there = attachments.value.get(todoID)?.length ?? 0;
  let room = LIMITS.files - there - uploads.value.filter((one) => one.todoID === todoID && one.phase !== "refused").length;
  const added = files.map((file): Upload => {
    const why = refusal(file) ?? (room > 0 ? null : words.files.tooMany(LIMITS.files));
    if (why === null) room -= 1;
    const phase = why === null ? "waiting" : "refused";
    return { key: crypto.randomUUID(), todoID, file, phase, sent: 0, why: why ?? "", kept: false };
  });
  uploads.value = [...uploads.value, ...added];
  for (const { key, file, phase } of added) {
    if (phase !== "waiting") continue;
    keepFile({ key, todoID, file }).then(
      () => update(key, { kept: true }),
      () => undefined, // No room for it: it is sent all the same, and the page asks before it is closed.
    );
  }
  startWaiting();
}

/** Takes up what an earlier page could not finish, but for what another tab is sending now. */
export async function resumeUploads(): Promise<void> {
  for (const kept of await keptFiles()) {
    if (uploads.value.some((upload) => upload.key === kept.key)) continue;
    const free = await navigator.locks.request(lockOf(kept.key), { ifAvailable: true }, (lock) => lock !== null);
    if (free) uploads.value = [...uploads.value, { ...kept, phase: "waiting", sent: 0, why: "", kept: true }];
  }
  effect(() => {
    void entries.value; // The to-do of a file may have to be made first.
    queueMicrotask(startWaiting);
  });
}

const lockOf = (key: string): string => `todo.upload.${key}`;

function startWaiting(): void {
  for (const upload of uploads.value) {
    if (running.size >= AT_ONCE) return;
    const made = !entries.value.some((entry) => entry.kind === "create" && entry.todoID === upload.todoID);
    if (upload.phase === "waiting" && made && !running.has(upload.key)) void send(upload);
  }
}

async function send(upload: Upload): Promise<void> {
  const { key, file } = upload;
  const controller = new AbortController();
  running.set(key, controller);
  update(key, { phase: "sending", sent: 0, why: "" });
  try {
    await navigator.locks.request(lockOf(key), () => transfer(upload, controller.signal));
    forget(key);
    announce(words.files.added(file.name));
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 404) {
      // Its to-do was deleted: there is no place left where the upload could be shown.
      forget(key);
      toast(t.toast.notAttached(file.name, sentence(error)), { kind: "failed" });
    } else if (!isLeaving(error)) update(key, { phase: "failed", why: sentence(error) });
  } finally {
    running.delete(key);
    startWaiting();
  }
}

async function transfer({ key, todoID, file }: Upload, signal: AbortSignal): Promise<void> {
  const { upload, fileID } = await api.reserveUpload(todoID, file, key, signal);
  if (upload) await api.sendFile(upload, file, (sent) => update(key, { sent }), signal);
  update(key, { phase: "checking", sent: file.size });
  const attached = await api.completeUpload(todoID, fileID, signal);
  settled({ todoID, kind: "restoreFile", file: attached }, confirmed(await api.getTodo(todoID, signal))); // With its count.
}

addEventListener("beforeunload", (event) => {
  // The browser asks before it loses what it does not keep.
  if (uploads.value.some((upload) => !upload.kept && upload.phase !== "refused")) event.preventDefault();
});

export function retry(key: string): void {
  update(key, { phase: "waiting" });
  startWaiting();
}

/** Stops an upload, or takes a failed one off the list. What reached S3 is purged away after a day. */
export function cancel(key: string): void {
  running.get(key)?.abort();
  forget(key);
}
