/** Sentences for what went wrong, whatever threw it. */
import { ApiError } from "./api";
import { LoggedOut } from "./session";
import { t } from "./strings";

/** `special`: sentences for names of errors that mean something else where the caller is. */
export function sentence(error: unknown, special: Record<string, string> = {}): string {
  if (error instanceof ApiError) return error.status === 404 ? t.errors.lost : error.message;
  if (error instanceof Error) {
    if (/attempts exceeded/i.test(error.message)) return t.errors.tooMany; // Cognito gives it the name of a wrong password.
    const known = special[error.name] ?? t.errors.cognito[error.name];
    if (known !== undefined) return known;
    if (error.name === "NetworkError" || error instanceof TypeError) return t.errors.offline;
  }
  return t.errors.unknown;
}

/** Whether the page is on its way out: then there is nothing to say. */
export function isLeaving(error: unknown): boolean {
  return error instanceof LoggedOut || (error instanceof DOMException && error.name === "AbortError");
}
