/** Whether the server can be reached: the banner's only source, and what a retry waits for. */
import { signal } from "@preact/signals";

/** `offline`: this device has no network. `silent`: it has one, and the server does not respond. `busy`: the server says that
 * it cannot serve just now. */
export type Connection = "ok" | "offline" | "silent" | "busy";

export const connection = signal<Connection>("ok");

let wake: (() => void)[] = [];

export function reached(): void {
  connection.value = "ok";
}

/** A request got no response. */
export function lost(): void {
  connection.value = navigator.onLine ? "silent" : "offline";
}

export function busy(): void {
  connection.value = "busy";
}

/** Ends every wait: the visitor asks for a try now, or the browser says that the network is back. */
export function tryNow(): void {
  const sleepers = wake;
  wake = [];
  for (const sleeper of sleepers) sleeper();
}

/** Waits `ms`, less when the network comes back; throws the signal's reason when it aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", stop, { once: true });
    wake.push(done);
  });
}

/** How long to wait before try number `attempt` (from 1): doubling from half a second to half a minute, spread by a fifth. */
export function backoff(attempt: number, spread = Math.random()): number {
  return Math.min(30_000, 500 * 2 ** (attempt - 1)) * (0.9 + 0.2 * spread);
}

/** Retry-After in milliseconds: seconds or an HTTP date; null when it says nothing usable. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds < 0 ? null : Math.min(seconds, 120) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now), 120_000);
}

export function watchConnection(): void {
  addEventListener("offline", lost);
  if (!navigator.onLine) lost();
  addEventListener("online", () => {
    reached();
    tryNow();
  });
}
