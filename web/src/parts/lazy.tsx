/** Parts of the page that the first list does not need: loaded after it, or when they are asked for, whichever is first. */
import { signal } from "@preact/signals";
import type { ComponentType, FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { backoff, lost, pause, reached } from "../connection";
import { viewArrived } from "../focus";
import { Skeleton } from "./Empty";

const parts: (() => Promise<void>)[] = [];

/** Has `act` done after the first list, or now. Safe to call often. */
export function later(act: () => Promise<void>): () => Promise<void> {
  parts.push(act);
  return act;
}

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): FunctionComponent<P> {
  const found = signal<ComponentType<P> | null>(null);
  const fetchOnce = later(async () => {
    found.value ??= await load();
  });
  return function Lazy(properties: P) {
    useEffect(() => {
      const leaving = new AbortController();
      void persist(fetchOnce, leaving.signal);
      return () => leaving.abort();
    }, []);
    const Part = found.value;
    useEffect(() => {
      if (Part !== null) viewArrived();
    }, [Part]);
    return Part === null ? <Skeleton rows={4} /> : <Part {...properties} />;
  };
}

/** A browser forgets a failed import: it can be tried again. */
export async function persist(act: () => Promise<void>, leaving?: AbortSignal): Promise<void> {
  for (let attempt = 1; !leaving?.aborted; attempt += 1) {
    try {
      return await act();
    } catch {
      lost();
      await pause(backoff(attempt), leaving).catch(() => undefined);
      reached();
    }
  }
}

/** Loads what is not there yet, when the browser has nothing else to do. */
export function loadParts(): void {
  const soon = "requestIdleCallback" in window ? requestIdleCallback : setTimeout;
  soon(() => {
    for (const fetchOnce of parts) fetchOnce().catch(() => undefined); // When it is asked for it is tried again.
  });
}

/** Does `act` once what is shown now has been drawn. */
export function afterPaint(act: () => void): void {
  if (document.visibilityState === "hidden") act();
  else requestAnimationFrame(() => setTimeout(act));
}
