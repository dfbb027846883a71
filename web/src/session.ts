/** The one place that knows who is logged in. Everything else asks here, and never sees a token but api.ts. */
import { signal } from "@preact/signals";
import { type Config, setConfig } from "./config";
import { forgetDrafts, openDrafts } from "./drafts";
import { forgetStore, openStore } from "./store";
import { freshToken, keptPerson, subOf } from "./tokens";

export interface Person {
  sub: string;
  email: string;
}

/** `ended`: Cognito no longer renews the session. The page stays as it is, under a dialog that asks for the password. */
export type State = "starting" | "out" | "in" | "ended";

/** Thrown to callers that wait for a session which will not come back. */
export class LoggedOut extends Error {}

export const state = signal<State>("starting");
export const person = signal<Person | null>(null);

type Cognito = typeof import("./cognito");
type Amplify = typeof import("./amplify");

let cognito: Promise<Cognito> | undefined;
let waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

function load(): Promise<Cognito> {
  cognito ??= import("./cognito").then(
    (module) => {
      module.configure();
      return module;
    },
    (error: unknown) => {
      cognito = undefined; // A lost connection must not make the next try fail too.
      throw error;
    },
  );
  return cognito;
}

async function loadMore(): Promise<Amplify> {
  await load();
  return import("./amplify");
}

/** Takes up the session that this browser keeps, if it keeps one. No network is needed for that. */
export async function start(config: Config): Promise<void> {
  setConfig(config);
  addEventListener("storage", (event) => {
    // Another tab logged out, or in as someone else: this page must not go on with the first one's to-dos.
    if (event.key?.endsWith(".LastAuthUser") && person.value !== null && event.newValue !== event.oldValue) location.reload();
  });
  await enter();
  if (state.value === "out") void load(); // While the visitor types their e-mail.
}

async function enter(): Promise<void> {
  const found = keptPerson();
  if (found === null) {
    state.value = "out";
    return;
  }
  if (person.value !== null && person.value.sub !== found.sub) {
    location.reload(); // Someone else logged in over an ended session: nothing of the first one may stay on the page.
    return;
  }
  openDrafts(found.sub);
  await openStore(found.sub);
  person.value = found;
  state.value = "in";
  const waited = waiting;
  waiting = [];
  for (const one of waited) one.resolve();
}

/** An access token of this person that is good now; silently renewed when it is old, and always with `renew`.
 * When the session has ended this waits until the visitor has logged in again. */
export async function token(renew = false): Promise<string> {
  for (;;) {
    if (state.value === "ended") await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
    if (state.value !== "in") throw new LoggedOut();
    const found = (renew ? null : freshToken()) ?? (await renewed());
    if (found === null) {
      ended();
    } else if (subOf(found) === person.value?.sub) {
      return found;
    } else {
      location.reload(); // Someone else logged in, in another tab: what waits here is not theirs to send.
      throw new LoggedOut();
    }
  }
}

async function renewed(): Promise<string | null> {
  const { tokens } = await (await load()).fetchAuthSession({ forceRefresh: true });
  return tokens?.accessToken.toString() ?? null;
}

/** The server refused a fresh token, or Cognito would not give one. */
export function ended(): void {
  if (state.value === "in") state.value = "ended";
}

function folded(email: string): string {
  return email.trim().toLowerCase();
}

/** Logs in. Returns what Cognito wants next, or `done`. */
export async function logIn(email: string, password: string): Promise<"done" | "confirm" | "totp" | "reset"> {
  const auth = await load();
  await auth.signOut().catch(() => undefined); // Amplify refuses to log in over what is left of an ended session.
  const { nextStep } = await auth.signIn({ username: folded(email), password });
  switch (nextStep.signInStep) {
    case "DONE":
      await enter();
      return "done";
    case "CONFIRM_SIGN_UP":
      return "confirm";
    case "CONFIRM_SIGN_IN_WITH_TOTP_CODE":
      return "totp";
    case "RESET_PASSWORD":
      return "reset";
    default:
      throw new Error(nextStep.signInStep);
  }
}

/** Sends the code of an authenticator app. False when Cognito waits for it no longer (three minutes): log in again. */
export async function answerCode(code: string): Promise<boolean> {
  try {
    await (await load()).confirmSignIn({ challengeResponse: code.trim() });
  } catch (error) {
    if (error instanceof Error && ["NotAuthorizedException", "SignInException"].includes(error.name)) return false;
    throw error;
  }
  await enter();
  return true;
}

export async function register(email: string, password: string): Promise<void> {
  const username = folded(email);
  await (await loadMore()).signUp({ username, password, options: { userAttributes: { email: username } } });
}

export async function confirm(email: string, code: string): Promise<void> {
  await (await loadMore()).confirmSignUp({ username: folded(email), confirmationCode: code.trim() });
}

export async function resendCode(email: string): Promise<void> {
  await (await loadMore()).resendSignUpCode({ username: folded(email) });
}

export async function requestReset(email: string): Promise<void> {
  await (await loadMore()).resetPassword({ username: folded(email) });
}

export async function resetPassword(email: string, code: string, newPassword: string): Promise<void> {
  await (await loadMore()).confirmResetPassword({ username: folded(email), confirmationCode: code.trim(), newPassword });
}

/** Takes up what has changed about this person, such as their e-mail: it is in the tokens. */
export async function renewPerson(): Promise<void> {
  await token(true);
  person.value = keptPerson();
}

/** What the account view asks of Amplify, when there is a session to ask it with. */
export async function amplify(): Promise<Amplify> {
  await token();
  return loadMore();
}

/** Deletes the user of the session at once. Their data is the API's. */
export async function deleteUser(): Promise<void> {
  await (await amplify()).deleteUser();
  await leave();
}

/** Logs out here, or everywhere. What is kept in this browser goes too: this device may be someone else's next. */
export async function logOut(everywhere = false): Promise<void> {
  await (await load()).signOut({ global: everywhere });
  await leave();
}

/** Gives up an ended session. */
export async function abandon(): Promise<void> {
  await (await load()).signOut().catch(() => undefined);
  await leave();
}

async function leave(): Promise<void> {
  forgetDrafts();
  await forgetStore();
  for (const one of waiting) one.reject(new LoggedOut());
  waiting = [];
  person.value = null;
  state.value = "starting";
  location.assign("/"); // A fresh page: nothing of the session stays in memory.
}
