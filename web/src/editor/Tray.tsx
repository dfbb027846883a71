/** Files on their way to to-dos that are not open: wherever the visitor is, with progress and a way to stop or repeat each. */
import { known } from "../known";
import { pathOfTodo, route } from "../router";
import { UploadRow } from "./UploadRow";
import { words } from "./strings";
import { uploads } from "./uploads";
import "./pane.css";

export { resumeUploads } from "./uploads";

export function Tray() {
  const at = route.value;
  const open = at.view === "list" ? at.todoID : null;
  const others = uploads.value.filter(({ todoID }) => todoID !== open);
  if (others.length === 0) return null;
  const todos = [...new Set(others.map(({ todoID }) => todoID))];
  return (
    <section class="tray" aria-label={words.files.tray}>
      {todos.map((todoID) => (
        <section key={todoID} aria-labelledby={`tray-${todoID}`}>
          <a id={`tray-${todoID}`} href={pathOfTodo(todoID)}>
            <bdi>{known.value.get(todoID)?.title ?? words.files.heading}</bdi>
          </a>
          <ul class="files">
            {others.map(
              (upload) =>
                upload.todoID === todoID && (
                  <UploadRow key={upload.key} upload={upload} otherwise={() => document.querySelector<HTMLElement>("#main h1")} />
                ),
            )}
          </ul>
        </section>
      ))}
    </section>
  );
}
