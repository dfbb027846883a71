/** What was typed into a form and not added yet. Kept in this browser, a person at a time, over an ended session and a reload. */

const PREFIX = "todo.draft.";

let owner: string | null = null;

/** From now on drafts are those of the person with this `sub`. */
export function openDrafts(sub: string): void {
  owner = sub;
}

export function readDraft<T>(name: string): T | null {
  if (owner === null) return null;
  try {
    const text = localStorage.getItem(`${PREFIX}${owner}.${name}`);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Keeps a draft; null forgets it. */
export function writeDraft(name: string, value: unknown): void {
  if (owner === null) return;
  const key = `${PREFIX}${owner}.${name}`;
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or switched off. The page still holds the text.
  }
}

/** Forgets all drafts of the person who has them open: they log out, and this device may be someone else's next. */
export function forgetDrafts(): void {
  if (owner === null) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}${owner}.`)) localStorage.removeItem(key);
  }
  owner = null;
}
