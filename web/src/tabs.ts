/** The tabs of one browser tell each other what changed. */
import type { Made } from "./changes";
import type { Item } from "./model";

export type News =
  | { kind: "queue" }
  | { kind: "settled"; change: Made; item: Item | null }
  | { kind: "refused"; todoID: string; text: string; parked: boolean };

let channel: BroadcastChannel | null = null;

/** Hears what other tabs of the person with this `sub` say, from now on. */
export function listen(sub: string, hear: (news: News) => void): void {
  channel?.close();
  channel = new BroadcastChannel(`todo.${sub}`);
  channel.onmessage = (event: MessageEvent<News>) => hear(event.data);
}

export function tell(news: News): void {
  channel?.postMessage(news);
}
