/** The attachments of to-dos, and what a visitor does to one. */
import { computed, signal } from "@preact/signals";
import * as api from "../api";
import type { Attachment } from "../model";
import { record, whenSettled } from "../outbox";
import { entries } from "../store";
import { t } from "../strings";
import { toast } from "../toasts";

/** As the server last said, by to-do. */
const stored = signal<ReadonlyMap<string, readonly Attachment[]>>(new Map());

const inOrder = (a: Attachment, b: Attachment): number => (a.dateCreated < b.dateCreated ? -1 : 1);

/** As the page shows them: with what is being deleted and brought back. */
export const attachments = computed(() => {
  const shown = new Map(stored.value);
  for (const entry of entries.value) {
    if (entry.kind !== "trashFile" && entry.kind !== "restoreFile") continue;
    const others = (shown.get(entry.todoID) ?? []).filter((one) => one.fileID !== entry.file.fileID);
    shown.set(entry.todoID, entry.kind === "trashFile" ? others : [...others, entry.file].sort(inOrder));
  }
  return shown;
});

export async function loadAttachments(todoID: string, signal?: AbortSignal): Promise<void> {
  setAttachments(todoID, await api.getAttachments(todoID, signal));
}

function setAttachments(todoID: string, files: readonly Attachment[]): void {
  stored.value = new Map(stored.value).set(todoID, files);
}

whenSettled((entry) => {
  if (entry.kind === "trashFile") dropAttachment(entry.file);
  if (entry.kind === "restoreFile") addAttachment(entry.file);
});

function addAttachment(file: Attachment): void {
  dropAttachment(file);
  setAttachments(file.todoID, [...(stored.value.get(file.todoID) ?? []), file].sort(inOrder));
}

function dropAttachment({ todoID, fileID }: Attachment): void {
  setAttachments(
    todoID,
    (stored.value.get(todoID) ?? []).filter((other) => other.fileID !== fileID),
  );
}

export async function removeAttachment(file: Attachment): Promise<void> {
  await change("trashFile", file);
  toast(t.toast.fileDeleted(file.fileName), { about: [file.fileID], undo: () => void change("restoreFile", file) });
}

function change(kind: "trashFile" | "restoreFile", file: Attachment): Promise<void> {
  return record(file.todoID, { kind, file });
}

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

/** Whether the browser can show it as a picture. In an <img> no script of an SVG runs. */
export function isPicture(attachment: Attachment): boolean {
  return PICTURES.has(attachment.contentType.split(";")[0]?.trim().toLowerCase() ?? "");
}
