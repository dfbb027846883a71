/** Files dragged onto the page: never a reason to leave it. On a row they go to its to-do; elsewhere to the one that is open, else to
 * a new one. */
import { effect, signal } from "@preact/signals";
import { persist } from "./parts/lazy";
import { route } from "./router";
import { state } from "./session";

/** Where the files over the page would go: the id of a to-do, or `new`; null while there are none. */
export const dropping = signal<string | null>(null);

function targetOf(event: DragEvent): string | null {
  const at = route.value;
  if (state.value !== "in" || document.querySelector("dialog[open]")) return null;
  if (at.view !== "list" && at.view !== "new") return null;
  const row = (event.target as Element | null)?.closest<HTMLElement>(".list .row")?.dataset["todo"];
  return row ?? (at.view === "list" ? at.todoID : null) ?? "new";
}

export function watchDrops(): void {
  effect(() => {
    const target = dropping.value;
    document.querySelector(".row.target")?.classList.remove("target");
    if (target !== null) document.querySelector(`.row[data-todo="${target}"]`)?.classList.add("target");
  });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dropping.value = targetOf(event);
    event.dataTransfer.dropEffect = dropping.value === null ? "none" : "copy";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) dropping.value = null;
  });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const target = targetOf(event);
    const files = [...event.dataTransfer.files];
    dropping.value = null;
    if (target !== null && files.length > 0) void persist(async () => (await import("./editor/dropped")).dropped(target, files));
  });
}
