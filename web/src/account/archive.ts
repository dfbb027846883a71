/** Everything that an account has, as one ZIP: to-dos.json, and the attachments as they are. */
import { signal } from "@preact/signals";
import { makeZip } from "client-zip";
import { firstPage, getAttachments, getContent, nextPage } from "../api";
import type { Todo } from "../model";

/** How many attachments are in the archive that is being made; null while none is. */
export const packed = signal<number | null>(null);

interface Packed {
  name: string;
  input: string | Response;
  lastModified: string;
}

/** Makes the archive, one file after the other. Rejects when `signal` aborts. */
export async function archive(signal: AbortSignal): Promise<Blob> {
  packed.value = 0;
  let cause: unknown;
  const files = async function* (): AsyncGenerator<Packed> {
    try {
      yield* contents(signal);
    } catch (error) {
      cause = error;
      throw error;
    }
  };
  try {
    return await new Response(makeZip(files()), { headers: { "Content-Type": "application/zip" } }).blob();
  } catch (error) {
    throw cause ?? error; // A Response makes a network error of whatever broke its stream.
  } finally {
    packed.value = null;
  }
}

async function* contents(signal: AbortSignal): AsyncGenerator<Packed> {
  const todos = await every(false, signal);
  const described = [];
  for (const todo of todos) {
    const files = todo.attachments === 0 ? [] : await getAttachments(todo.todoID, signal);
    const kept = [];
    for (const { filePath, ...file } of files) {
      const path = `attachments/${todo.todoID}/${file.fileID}/${file.fileName}`;
      yield { name: path, input: await getContent(filePath, signal), lastModified: file.dateCreated };
      kept.push({ ...file, path });
      packed.value = (packed.value ?? 0) + 1;
    }
    described.push({ ...todo, attachments: kept });
  }
  const all = { todos: described, trash: await every(true, signal) };
  yield { name: "to-dos.json", input: JSON.stringify(all, null, 2), lastModified: new Date().toISOString() };
}

/** All to-dos, or all of the trash. */
async function every(trashed: boolean, signal: AbortSignal): Promise<Todo[]> {
  const todos: Todo[] = [];
  for (let page = await firstPage({ trashed }, signal); ; page = await nextPage(page.next, signal)) {
    todos.push(...page.todos);
    if (page.next === null) return todos;
  }
}
