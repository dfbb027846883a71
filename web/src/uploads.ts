/** Attachments of to-dos, and the files on their way to S3. */
import { signal } from "@preact/signals";
import * as api from "./api";
import { sizeText } from "./dates";
import { isLeaving, sentence } from "./errors";
import { type Attachment, LIMITS } from "./model";
import { t } from "./strings";
import { announce, toast } from "./toasts";
import { countAttachments } from "./todos";

export type UploadPhase = "waiting" | "sending" | "checking" | "failed" | "refused";

export interface Upload {
  /** Also the Idempotency-Key of the reservation: the same over every retry. */
  key: string;
  todoID: string;
  file: File;
  phase: UploadPhase;
  /** Bytes that left this machine. */
  sent: number;
  why: string;
}

const AT_ONCE = 3;

export const uploads = signal<readonly Upload[]>([]);
export const attachments = signal<ReadonlyMap<string, readonly Attachment[]>>(new Map());

const running = new Map<string, AbortController>();

function setAttachments(todoID: string, files: readonly Attachment[]): void {
  attachments.value = new Map(attachments.value).set(todoID, files);
}

const listed = (todoID: string): readonly Attachment[] => attachments.value.get(todoID) ?? [];

export async function loadAttachments(todoID: string, signal?: AbortSignal): Promise<void> {
  setAttachments(todoID, await api.getAttachments(todoID, signal));
}

function update(key: string, change: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
}

function forget(key: string): void {
  uploads.value = uploads.value.filter((upload) => upload.key !== key);
}

/** Why a file would be refused, before a byte of it is sent; null when it would not. */
export function refusal(file: Pick<File, "name" | "size">): string | null {
  if (file.size > LIMITS.fileBytes) return t.files.tooLarge(sizeText(file.size));
  if (new TextEncoder().encode(file.name).length > LIMITS.fileNameBytes) return t.files.nameTooLong;
  return null;
}

/** Attaches files: those that fit start at once, three at a time; the others say why they do not. */
export function attach(todoID: string, files: readonly File[]): void {
  let room =
    LIMITS.files - listed(todoID).length - uploads.value.filter((one) => one.todoID === todoID && one.phase !== "refused").length;
  const added = files.map((file): Upload => {
    const why = refusal(file) ?? (room > 0 ? null : t.files.tooMany(LIMITS.files));
    if (why === null) room -= 1;
    return { key: crypto.randomUUID(), todoID, file, phase: why === null ? "waiting" : "refused", sent: 0, why: why ?? "" };
  });
  uploads.value = [...uploads.value, ...added];
  startWaiting();
}

function startWaiting(): void {
  for (const upload of uploads.value) {
    if (running.size >= AT_ONCE) return;
    if (upload.phase === "waiting" && !running.has(upload.key)) void send(upload);
  }
}

async function send({ key, todoID, file }: Upload): Promise<void> {
  const controller = new AbortController();
  running.set(key, controller);
  const { signal } = controller;
  update(key, { phase: "sending", sent: 0, why: "" });
  try {
    const { upload, fileID } = await api.reserveUpload(todoID, file, key, signal);
    if (upload) await api.sendFile(upload, file, (sent) => update(key, { sent }), signal);
    update(key, { phase: "checking", sent: file.size });
    const attachment = await api.completeUpload(todoID, fileID, signal);
    setAttachments(todoID, [...listed(todoID).filter((other) => other.fileID !== fileID), attachment]);
    countAttachments(todoID, 1);
    forget(key);
    announce(t.files.added(file.name));
  } catch (error) {
    if (!isLeaving(error)) update(key, { phase: "failed", why: sentence(error) });
  } finally {
    running.delete(key);
    startWaiting();
  }
}

/** Whether something is on its way that leaving the page would break off. */
export function sending(): boolean {
  return running.size > 0;
}

export function retry(key: string): void {
  update(key, { phase: "waiting" });
  startWaiting();
}

/** Stops an upload, or takes a failed one off the list. What reached S3 is purged away after a day. */
export function cancel(key: string): void {
  running.get(key)?.abort();
  forget(key);
}

export async function removeAttachment(attachment: Attachment): Promise<void> {
  const { todoID, fileID, fileName } = attachment;
  setAttachments(
    todoID,
    listed(todoID).filter((other) => other.fileID !== fileID),
  );
  countAttachments(todoID, -1);
  toast(t.toast.fileDeleted(fileName), { undo: () => void bringBack(attachment) });
  try {
    await api.trashAttachment(todoID, fileID);
  } catch (error) {
    putBack(attachment);
    if (!isLeaving(error)) toast(t.toast.notDeleted(fileName, sentence(error)), { kind: "failed" });
  }
}

async function bringBack(attachment: Attachment): Promise<void> {
  try {
    putBack(await api.restoreAttachment(attachment.todoID, attachment.fileID));
  } catch (error) {
    if (!isLeaving(error)) toast(t.toast.notRestored(attachment.fileName, sentence(error)), { kind: "failed" });
  }
}

function putBack(attachment: Attachment): void {
  const others = listed(attachment.todoID).filter((other) => other.fileID !== attachment.fileID);
  setAttachments(
    attachment.todoID,
    [...others, attachment].sort((a, b) => (a.dateCreated < b.dateCreated ? -1 : 1)),
  );
  countAttachments(attachment.todoID, 1);
}

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

/** Whether the browser can show it as a picture. In an <img> no script of an SVG runs. */
export function isPicture(attachment: Attachment): boolean {
  return PICTURES.has(attachment.contentType.split(";")[0]?.trim().toLowerCase() ?? "");
}
