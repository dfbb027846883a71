/** Deleting for good what is in the trash. Nothing of this waits in the browser: it is done, or it is not. */
import { signal } from "@preact/signals";
import { deleteTodo, firstPage, nextPage } from "../api";
import { forget } from "../known";

/** How many to-dos are gone while the trash is being emptied; null when it is not. */
export const emptied = signal<number | null>(null);

export async function removeForGood(todoID: string, signal: AbortSignal): Promise<void> {
  await deleteTodo(todoID, signal);
  forget(todoID);
}

/** Deletes all that is in the trash; returns how many. Rejects when `signal` aborts: the rest is still there. */
export async function emptyTrash(signal: AbortSignal): Promise<number> {
  let gone = 0;
  emptied.value = gone;
  try {
    for (let page = await firstPage({ trashed: true }, signal); ; page = await nextPage(page.next, signal)) {
      for (const { todoID } of page.todos) {
        await removeForGood(todoID, signal);
        emptied.value = ++gone;
      }
      if (page.next === null) return gone;
    }
  } finally {
    emptied.value = null;
  }
}
