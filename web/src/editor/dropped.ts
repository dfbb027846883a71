/** Files that were dropped go to a to-do. */
import { EMPTY_FIELDS, LIMITS } from "../model";
import { go, pathOfTodo } from "../router";
import { announce } from "../toasts";
import { create, known } from "../todos";
import { words } from "./strings";
import { attach } from "./uploads";

/** `target`: the id of a to-do, or `new` for one that is named after the first file, and then open. */
export async function dropped(target: string, files: readonly File[]): Promise<void> {
  if (target !== "new") {
    attach(target, files);
    announce(words.files.dropped(files.length, known.value.get(target)?.title ?? ""));
    return;
  }
  const name = files[0]?.name.replace(/\.[^.]*$/, "").trim() ?? "";
  const title = [...name].slice(0, LIMITS.title).join("") || words.files.untitled;
  const id = await create({ ...EMPTY_FIELDS, title });
  attach(id, files);
  go(pathOfTodo(id));
}
