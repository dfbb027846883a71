/** The resources as the API sends them (docs/reference/api.md), and what the page adds to them. */

/** How a to-do comes again: completing it makes the next one. */
export type Repeats = "daily" | "weekdays" | "weekly" | "monthly";

export interface TodoFields {
  title: string;
  description: string;
  notes: string;
  /** YYYY-MM-DD, or null for none. */
  dateDue: string | null;
  repeats: Repeats | null;
}

export interface Todo extends TodoFields {
  todoID: string;
  userID: string;
  completed: boolean;
  starred: boolean;
  /** Null while it is open. */
  dateCompleted: string | null;
  /** The to-do that completing this one made. */
  nextID: string | null;
  /** RFC 3339, UTC. */
  dateCreated: string;
  dateModified: string;
  attachments: number;
  version: number;
}

/** A to-do as the page shows it: where it lies, and whether the server has confirmed what is shown. */
export interface Item extends Todo {
  trashed: boolean;
  pending: boolean;
}

export interface Attachment {
  fileID: string;
  todoID: string;
  fileName: string;
  contentType: string;
  /** Bytes. */
  size: number;
  dateCreated: string;
  /** A download URL that lives for minutes. */
  filePath: string;
}

export interface Presigned {
  url: string;
  fields: Record<string, string>;
}

/** The API's limits, so that the page can say them before it sends anything. */
export const LIMITS = {
  title: 200,
  description: 10_000,
  notes: 50_000,
  search: 100,
  fileBytes: 100 * 1024 * 1024,
  fileNameBytes: 255,
  files: 100,
} as const;

export const EMPTY_FIELDS: TodoFields = { title: "", description: "", notes: "", dateDue: null, repeats: null };

export function fieldsOf(todo: TodoFields): TodoFields {
  const { title, description, notes, dateDue, repeats } = todo;
  return { title, description, notes, dateDue, repeats };
}
