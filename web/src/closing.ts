/** Closes a to-do that is open: the list is there again, with the focus where it was. */
import { focusHeading, focusTodo } from "./focus";
import { go } from "./router";

export function closeTodo(id: string | null): void {
  go("/");
  // After the list is shown again: on a narrow screen it was hidden.
  requestAnimationFrame(() => {
    if (id === null || !focusTodo(id)) focusHeading();
  });
}
