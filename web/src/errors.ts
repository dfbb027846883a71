/** Sentences for what went wrong, whoever threw it. */
import { ApiError } from "./api";
import { LoggedOut } from "./session";
import { t } from "./strings";

export function sentence(error: unknown): string {
  if (error instanceof ApiError) return error.status === 404 ? t.errors.lost : error.message;
  if (error instanceof Error) {
    const known = t.errors.cognito[error.name];
    if (known !== undefined) return known;
    if (error.name === "NetworkError" || error instanceof TypeError) return t.errors.offline;
  }
  return t.errors.unknown;
}

/** Whether the page is on its way out: then there is nothing to say. */
export function isLeaving(error: unknown): boolean {
  return error instanceof LoggedOut || (error instanceof DOMException && error.name === "AbortError");
}
