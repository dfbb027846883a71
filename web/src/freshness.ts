/** What other devices changed: asked for while the page is looked at, and when it is looked at again. */
import { route } from "./router";
import { state } from "./session";
import { list, trash } from "./todos";

/** Others' changes arrive within a minute. */
const CHECK_MS = 45_000;

let checked = Date.now();

function check(wholly: boolean): void {
  if (state.value !== "in" || document.visibilityState !== "visible") return;
  checked = Date.now();
  void (route.value.view === "trash" ? trash : list).refresh(wholly);
}

export function watchFreshness(): void {
  setInterval(() => check(false), CHECK_MS);
  document.addEventListener("visibilitychange", () => {
    if (Date.now() - checked > CHECK_MS) check(true);
  });
}
