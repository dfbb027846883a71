/** One to-do beside the list (on a narrow screen instead of it): found by its id, or new. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isLeaving, sentence } from "../errors";
import { closeTodo } from "../closing";
import { Editor } from "./Editor";
import { Empty, Skeleton } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { NewTodo } from "./NewTodo";
import { t } from "../strings";
import { find, known, list } from "../todos";
import { words } from "./strings";
import "./pane.css";

export function TodoView({ id }: { id: string | null }) {
  const pane = useRef<HTMLElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const item = id === null ? undefined : known.value.get(id);
  useLayoutEffect(() => {
    if (id === null) pane.current?.querySelector("textarea")?.focus(); // A new to-do starts with its title.
  }, [id]);
  useEffect(() => {
    setOpened(id);
    if (id !== null) pane.current?.focus();
  }, [id]);
  const refreshed = list.refreshed.value;
  useEffect(() => {
    setProblem(null);
    if (id === null || known.value.get(id)?.version === 0) return undefined; // The server does not have it yet.
    const finding = new AbortController();
    find(id, finding.signal).then(
      (found) => {
        if (found === null) setProblem("missing");
      },
      (error: unknown) => {
        if (!isLeaving(error)) setProblem(sentence(error));
      },
    );
    return () => finding.abort();
  }, [id, refreshed]);

  let content: ComponentChildren;
  if (id === null) content = <NewTodo />;
  else if (item?.trashed) content = <InTrash />;
  else if (problem === "missing" && !item?.pending)
    content = <Empty icon="search" title={words.editor.missingTitle} text={words.editor.missingText} />;
  else if (item && opened !== id) content = <Opening title={item.title} />;
  else if (item) content = <Editor key={id} item={item} />;
  else if (problem !== null) content = <Empty icon="alert" title={t.errors.unknown} text={problem} />;
  else content = <Skeleton rows={4} />;

  return (
    <aside
      ref={pane}
      class="pane"
      tabIndex={-1}
      aria-label={id === null ? t.editor.newHeading : (item?.title ?? words.editor.heading)}
      data-editor
      data-todo={id ?? undefined}
    >
      <div class="pane-head">
        <button type="button" class="icon-button back-button" aria-label={words.editor.back} onClick={() => closeTodo(id)}>
          <Icon name="back" />
        </button>
        <h1>{id === null ? t.editor.newHeading : words.editor.heading}</h1>
        <button type="button" class="icon-button close-button" aria-label={words.editor.close} onClick={() => closeTodo(id)}>
          <Icon name="close" />
        </button>
      </div>
      {content}
    </aside>
  );
}

/** The response to a click: the fields are there when this has been seen. */
function Opening({ title }: { title: string }) {
  return (
    <p class="title-input opening" dir="auto">
      {title}
    </p>
  );
}

function InTrash() {
  return (
    <Empty icon="trash" title={words.editor.inTrash} text={t.trash.text}>
      <a class="button" href="/trash">
        {words.editor.toTrash}
      </a>
    </Empty>
  );
}
