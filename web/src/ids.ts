/** The id that the API gives to what is created with an Idempotency-Key (docs/reference/api.md): a to-do has it before the server does. */

const NAMESPACE = "5ba52b4b-0f4c-4c9b-9e0c-1c7f5a9f1c52".replaceAll("-", "");

/** UUID version 5 (RFC 9562, section 5.5) of owner and key. */
export async function todoIDOf(sub: string, key: string): Promise<string> {
  const namespace = NAMESPACE.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? [];
  const name = new TextEncoder().encode(`${sub}\ntodo\n${key}`);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", new Uint8Array([...namespace, ...name]))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
