/** What was deleted, and the way back. */
import { useEffect } from "preact/hooks";
import { focusBeside } from "../focus";
import { Empty, Skeleton } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { LoadFailed } from "../parts/LoadFailed";
import { LoadMore } from "../parts/LoadMore";
import { t } from "../strings";
import { loadTrash, restore, trash, trashed } from "../todos";

export function TrashView() {
  useEffect(() => void loadTrash(), []);
  const items = trashed.value;
  const phase = trash.phase.value;
  return (
    <section class="list" aria-label={t.trash.heading} aria-busy={phase === "loading"}>
      <header class="view-head">
        <h1 tabIndex={-1}>{t.trash.heading}</h1>
        {items.length > 0 && <p class="lead">{t.trash.text}</p>}
      </header>
      {phase === "loading" && items.length === 0 && <Skeleton rows={3} />}
      <ul class="rows">
        {items.map((item) => (
          <li key={item.todoID} class="row" data-todo={item.todoID}>
            <div class="row-body">
              <bdi class="row-title">{item.title}</bdi>
            </div>
            <button
              type="button"
              class="button small"
              aria-label={t.trash.restoreOne(item.title)}
              onClick={() => {
                focusBeside(item.todoID);
                void restore(item);
              }}
            >
              <Icon name="restore" />
              {t.trash.restore}
            </button>
          </li>
        ))}
      </ul>
      <LoadFailed listing={trash} text={t.trash.failed} again={loadTrash} />
      {phase === "ready" && items.length === 0 && trash.next.value === null && (
        <Empty icon="trash" title={t.trash.emptyTitle} text={t.trash.emptyText} />
      )}
      <LoadMore listing={trash} />
    </section>
  );
}
