/** What the visitor chose for this browser: the theme, and whether single keys are shortcuts. */
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

const found = stored("todo.theme");

/** public/theme.js reads the same key before the first paint. */
export const theme = signal<Theme>(found === "light" || found === "dark" ? found : "system");
/** Whether the shortcuts are shown. */
export const helpOpen = signal(false);
export const singleKeys = signal(stored("todo.singleKeys") !== "off");

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  store("todo.theme", choice === "system" ? null : choice);
  if (choice === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = choice;
}

export function nextTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  chooseTheme(next);
  return next;
}

export function chooseSingleKeys(on: boolean): void {
  singleKeys.value = on;
  store("todo.singleKeys", on ? null : "off");
}
