/** The one place that talks to the network. Every response is either the resource or an ApiError with a sentence to show. */
import type { Config } from "./config";
import { config } from "./config";
import type { Fields, Patch } from "./changes";
import { backoff, busy, lost, pause, reached, retryAfter } from "./connection";
import type { Attachment, Presigned, Todo } from "./model";
import { ended, token } from "./session";
import { t } from "./strings";

export interface FieldError {
  field: string;
  code: string;
  detail: string;
}

/** A refusal. `status` 0: the server could not be asked. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly requestID: string | null = null,
  ) {
    super(detail);
  }
}

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** The API responds within 30 s or not at all. */
const TIMEOUT_MS = 35_000;
/** Tries of a read while the server says 429 or 503. A change, and anything on a lost network, is tried as long as the page is open. */
const BUSY_TRIES = 6;

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new ApiError(answer.status, t.errors.noConfig);
  return (await answer.json()) as Config;
}

function urlOf(path: string): URL {
  return new URL(path, new URL(`${config().apiBase}/`, location.origin)); // `next` of a page is absolute already.
}

async function problemOf(answer: Response): Promise<ApiError> {
  const requestID = answer.headers.get("X-Request-ID");
  try {
    const body = (await answer.json()) as { detail?: string; title?: string; errors?: FieldError[]; requestID?: string };
    const detail = body.detail ?? body.title ?? t.errors.status(answer.status);
    return new ApiError(answer.status, detail, body.errors ?? [], body.requestID ?? requestID);
  } catch {
    return new ApiError(answer.status, t.errors.status(answer.status), [], requestID);
  }
}

/** One request, tried until there is a response that means something. Every request here is safe to repeat: reads, absolute
 * changes, deletions, and creations that carry an Idempotency-Key. */
async function request(method: string, path: string, { body, headers = {}, signal }: Options = {}): Promise<Response> {
  let renewed = false;
  let refused = 0;
  for (let attempt = 1; ; attempt += 1) {
    let answer: Response;
    try {
      const bearer = await token(renewed);
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      answer = await fetch(urlOf(path), {
        method,
        headers: {
          Authorization: `Bearer ${bearer}`,
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      if (!isNetworkFailure(error)) throw error;
      lost();
      await pause(backoff(attempt), signal);
      continue;
    }
    if (answer.ok || answer.status === 304) {
      reached();
      return answer;
    }
    if (answer.status === 401) {
      // Once with a renewed token; if that is refused as well, the session is over and token() waits for the visitor.
      if (renewed) ended();
      renewed = !renewed;
      continue;
    }
    if ([429, 502, 503, 504].includes(answer.status) && (++refused < BUSY_TRIES || method !== "GET")) {
      busy();
      await pause(retryAfter(answer.headers.get("Retry-After")) ?? backoff(refused), signal);
      continue;
    }
    reached();
    throw await problemOf(answer);
  }
}

function isNetworkFailure(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === "TimeoutError";
  return error instanceof TypeError || (error instanceof Error && error.name === "NetworkError");
}

async function read<T>(method: string, path: string, options?: Options): Promise<T> {
  return (await (await request(method, path, options)).json()) as T;
}

const match = (version: number): Record<string, string> => ({ "If-Match": `"${version}"` });

export interface Query {
  search?: string;
  completed?: boolean | undefined;
  trashed?: boolean;
}

export interface Page {
  todos: Todo[];
  next: string | null;
}

function firstPath(limit: number, { search = "", completed, trashed = false }: Query): string {
  const parameters = new URLSearchParams({ limit: String(limit) });
  if (search !== "") parameters.set("search", search);
  if (completed !== undefined) parameters.set("completed", String(completed));
  if (trashed) parameters.set("trashed", "true");
  return `me/todos?${parameters}`;
}

export function firstPage(query: Query, signal?: AbortSignal): Promise<Page> {
  return read("GET", firstPath(50, query), { signal });
}

/** A larger first page with its `tag`; null when the server says that it is still the one of this tag. */
export async function newFirstPage(
  query: Query,
  tag: string | null,
  signal: AbortSignal,
): Promise<(Page & { tag: string | null }) | null> {
  const headers: Record<string, string> = tag === null ? {} : { "If-None-Match": tag };
  const answer = await request("GET", firstPath(100, query), { headers, signal });
  return answer.status === 304 ? null : { ...((await answer.json()) as Page), tag: answer.headers.get("ETag") };
}

export function nextPage(next: string, signal?: AbortSignal): Promise<Page> {
  return read("GET", next, { signal });
}

export function getTodo(todoID: string, signal?: AbortSignal): Promise<Todo> {
  return read("GET", `me/todos/${todoID}`, { signal });
}

export function createTodo(fields: Partial<Fields>, key: string): Promise<Todo> {
  return read("POST", "me/todos", { body: fields, headers: { "Idempotency-Key": key } });
}

/** Changes a to-do, only while `version` is its version (else 412). */
export function changeTodo(todoID: string, patch: Patch, version: number): Promise<Todo> {
  return read("PATCH", `me/todos/${todoID}`, { body: patch, headers: match(version) });
}

export async function trashTodo(todoID: string, version: number): Promise<void> {
  await gone(request("DELETE", `me/todos/${todoID}`, { headers: match(version) }));
}

/** Deletes a to-do of the trash for good. */
export async function deleteTodo(todoID: string, signal: AbortSignal): Promise<void> {
  await gone(request("DELETE", `me/todos/${todoID}?trashed=true`, { signal }));
}

/** Has everything that this person keeps deleted for good, within a day. */
export async function deleteEverything(): Promise<void> {
  await request("DELETE", "me/todos?everything=true");
}

export function restoreTodo(todoID: string): Promise<Todo> {
  return read("POST", `me/todos/${todoID}/restore`);
}

export async function getAttachments(todoID: string, signal?: AbortSignal): Promise<Attachment[]> {
  return (await read<{ files: Attachment[] }>("GET", `${todoID}/files`, { signal })).files;
}

/** A file, straight from S3. */
export async function getContent(filePath: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(filePath, { signal });
  if (!answer.ok) throw new ApiError(answer.status, t.errors.storageRefused);
  return answer;
}

/** `upload` is absent when a retried upload was completed before. */
export type Reservation = Attachment & { upload?: Presigned };

export function reserveUpload(todoID: string, file: File, key: string, signal: AbortSignal): Promise<Reservation> {
  const body = { fileName: file.name, contentType: file.type || "application/octet-stream", size: file.size };
  return read("POST", `${todoID}/files`, { body, headers: { "Idempotency-Key": key }, signal });
}

export function completeUpload(todoID: string, fileID: string, signal: AbortSignal): Promise<Attachment> {
  return read("POST", `${todoID}/files/${fileID}/complete`, { signal });
}

export async function trashAttachment(todoID: string, fileID: string): Promise<void> {
  await gone(request("DELETE", `${todoID}/files/${fileID}`));
}

export function restoreAttachment(todoID: string, fileID: string): Promise<Attachment> {
  return read("POST", `${todoID}/files/${fileID}/restore`);
}

/** A deletion whose response was lost and that is asked again finds nothing: that is what was wanted. */
async function gone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** Sends a file straight to S3. XMLHttpRequest, because fetch tells no progress of an upload. */
export function sendFile(
  { url, fields }: Presigned,
  file: File,
  progress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file); // S3 ignores whatever comes after the file.
    const sender = new XMLHttpRequest();
    sender.open("POST", url);
    sender.upload.onprogress = (event) => progress(Math.min(event.loaded, file.size));
    sender.onload = () => {
      if (sender.status >= 200 && sender.status < 300) resolve();
      else reject(new ApiError(sender.status, t.errors.storageRefused));
    };
    sender.onerror = () => reject(new ApiError(0, t.errors.uploadBroke));
    signal.addEventListener("abort", () => {
      sender.abort();
      reject(signal.reason as Error);
    });
    sender.send(form);
  });
}
