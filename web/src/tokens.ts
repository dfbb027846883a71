/** The tokens of the session, where Amplify keeps them: read here, so that Amplify is loaded only when it has work to do. */
import { config } from "./config";

/** Amplify's own tolerance. */
const TOLERANCE_MS = 5_000;

function prefix(): string {
  return `CognitoIdentityServiceProvider.${config().clientId}`;
}

/** The user pool's name of the person who logged in last; null when nobody is logged in. */
function user(): string | null {
  return localStorage.getItem(`${prefix()}.LastAuthUser`);
}

function kept(entry: string): string | null {
  const name = user();
  return name === null ? null : localStorage.getItem(`${prefix()}.${name}.${entry}`);
}

/** What a token says about itself; null when it is none. Nobody's word is taken for it here: the API checks signatures. */
function claims(token: string): Record<string, unknown> | null {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Whose session this browser keeps; null when it keeps none. */
export function keptPerson(): { sub: string; email: string } | null {
  const said = claims(kept("idToken") ?? "");
  if (said === null) return null;
  return { sub: String(said["sub"]), email: String(said["email"] ?? said["cognito:username"] ?? "") };
}

/** Whose token it is. */
export function subOf(token: string): unknown {
  return claims(token)?.["sub"];
}

/** The access token, while it is good. */
export function freshToken(): string | null {
  const token = kept("accessToken");
  const expires = Number(claims(token ?? "")?.["exp"] ?? 0) * 1000;
  return Date.now() + Number(kept("clockDrift") ?? 0) + TOLERANCE_MS < expires ? token : null;
}
