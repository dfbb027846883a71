/** Keys for everything, listed in the help dialog (strings.ts) and in docs/reference/web.md. Single keys can be switched off in the
 * account (WCAG 2.1.4), and are never taken from a field that is being typed in. */
import { closeTodo } from "./closing";
import { focusBeside, focusedTodo, moveRow } from "./focus";
import { helpOpen } from "./preferences";
import { switchTheme } from "./parts/ThemeButton";
import { singleKeys } from "./preferences";
import { go, goToList, route } from "./router";
import { state } from "./session";
import { undoLast } from "./toasts";
import { dateMenu } from "./menus";
import { known, list, remove, setCompleted, setStarred, trash } from "./todos";
import "./styles/print.css";

const GO: Record<string, () => unknown> = {
  l: goToList,
  d: () => go("/today"),
  t: () => go("/trash"),
  a: () => go("/account"),
};
const SEQUENCE_MS = 1_200;

let goAt = -Infinity;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function onFocused(act: (id: string) => void): boolean {
  const id = focusedTodo() ?? (route.value.view === "list" ? route.value.todoID : null);
  if (id === null) return false;
  act(id);
  return true;
}

/** To a field of the list, before the next key arrives: it belongs into the field. */
function focusInList(id: string): void {
  if (route.value.view !== "list" && route.value.view !== "new") go("/");
  queueMicrotask(() => document.getElementById(id)?.focus()); // After the list is drawn.
}

const KEYS: Record<string, () => unknown> = {
  n: () => focusInList("quick-add"),
  N: () => go("/new"),
  "/": () => focusInList("search"),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () =>
    onFocused((id) => {
      const item = known.value.get(id);
      if (item) void setCompleted(item, !item.completed);
    }),
  s: () =>
    onFocused((id) => {
      const item = known.value.get(id);
      if (item && !item.trashed) void setStarred(item, !item.starred);
    }),
  d: () =>
    onFocused((id) => {
      if (known.value.get(id)?.trashed === false) dateMenu.value = id;
    }),
  "#": () => deleteFocused(),
  Delete: () => deleteFocused(),
  z: () => undoLast(),
  t: () => switchTheme(),
  "?": () => {
    helpOpen.value = true;
  },
};

/** Deletes what has the focus: a row's to-do, or an attachment. A to-do that is open is not deleted from inside its fields. */
function deleteFocused(): boolean {
  const file = document.activeElement?.closest(".file")?.querySelector<HTMLElement>("[data-delete]");
  const item = known.value.get(document.activeElement?.closest<HTMLElement>(".row")?.dataset["todo"] ?? "");
  if (file) file.click();
  else if (item && !item.trashed) {
    if (route.value.view === "list" && route.value.todoID === item.todoID) go("/");
    focusBeside(item.todoID);
    void remove(item);
  } else return false;
  return true;
}

/** A page is printed when all of its list is there. */
async function printAll(event: KeyboardEvent): Promise<void> {
  const listing = route.value.view === "trash" ? trash : list;
  if (listing.next.value === null) return;
  event.preventDefault();
  await listing.all();
  setTimeout(() => print()); // After the rows are drawn.
}

export function watchKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || state.value !== "in" || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (route.value.view === "new") closeTodo(null);
      else if (route.value.view === "list" && route.value.todoID !== null) closeTodo(route.value.todoID);
      return;
    }
    if (event.key === "p" && (event.ctrlKey || event.metaKey)) void printAll(event);
    if (!singleKeys.value || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "g") {
      goAt = event.timeStamp;
      return;
    }
    const destination = event.timeStamp - goAt < SEQUENCE_MS ? GO[event.key] : undefined;
    goAt = -Infinity;
    const act = destination ?? KEYS[event.key];
    if (act && act() !== false) event.preventDefault();
  });
}
