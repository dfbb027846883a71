/** What was deleted, the way back, and the way out for good. */
import { useEffect, useRef, useState } from "preact/hooks";
import { focusBeside, focusHeading } from "../focus";
import type { Item } from "../model";
import { Dialog } from "../parts/Dialog";
import { Empty, Skeleton } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { LoadFailed } from "../parts/LoadFailed";
import { LoadMore } from "../parts/LoadMore";
import { type Problems, Problem, useSubmit } from "../auth/submit";
import { t } from "../strings";
import { toast } from "../toasts";
import { loadTrash, restore, trash, trashed } from "../todos";
import { emptied, emptyTrash, removeForGood } from "./emptying";
import { words } from "./strings";

export function TrashView() {
  useEffect(() => void loadTrash(), []);
  const [asked, setAsked] = useState<Item | "all" | null>(null);
  const items = trashed.value;
  const phase = trash.phase.value;
  return (
    <section class="list" aria-label={t.trash.heading} aria-busy={phase === "loading"}>
      <header class="view-head">
        <h1 tabIndex={-1}>{t.trash.heading}</h1>
        {items.length > 0 && <p class="lead">{t.trash.text}</p>}
        {items.length > 0 && (
          <button type="button" class="button small danger" onClick={() => setAsked("all")}>
            {words.empty}
          </button>
        )}
      </header>
      {phase === "loading" && items.length === 0 && <Skeleton rows={3} />}
      <ul class="rows">
        {items.map((item) => (
          <Row key={item.todoID} item={item} onRemove={() => setAsked(item)} />
        ))}
      </ul>
      <LoadFailed listing={trash} text={words.trashFailed} again={loadTrash} />
      {phase === "ready" && items.length === 0 && trash.next.value === null && (
        <Empty icon="trash" title={words.trashEmptyTitle} text={words.trashEmptyText} />
      )}
      <LoadMore listing={trash} />
      {asked !== null && <Ask about={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Row({ item, onRemove }: { item: Item; onRemove: () => void }) {
  return (
    <li class="row" data-todo={item.todoID}>
      <div class="row-body">
        <bdi class="row-title">{item.title}</bdi>
      </div>
      <button
        type="button"
        class="button small"
        aria-label={words.restoreOne(item.title)}
        onClick={() => {
          focusBeside(item.todoID);
          void restore(item);
        }}
      >
        <Icon name="restore" />
        {words.restore}
      </button>
      {!item.pending && (
        <button
          type="button"
          class="icon-button"
          aria-label={words.removeOne(item.title)}
          title={words.remove}
          onClick={onRemove}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}

/** `about`: one to-do, or all of the trash. */
function Ask({ about, onClose }: { about: Item | "all"; onClose: () => void }) {
  const stop = useRef(new AbortController());
  const close = (): void => {
    stop.current.abort(); // Closed while it works, it keeps what is still there.
    onClose();
  };
  const submit = async (): Promise<Problems | undefined> => {
    const { signal } = stop.current;
    if (about === "all") toast(words.emptied(await emptyTrash(signal)));
    else {
      await removeForGood(about.todoID, signal);
      toast(words.removed(about.title));
    }
    onClose();
    requestAnimationFrame(focusHeading); // The row or button that had the focus is gone.
    return undefined;
  };
  const { problems, busy, attributes } = useSubmit(submit);
  const heading = about === "all" ? words.emptyHeading : words.removeHeading(about.title);
  return (
    <Dialog label={heading} onClose={close}>
      <form {...attributes}>
        <h2>{heading}</h2>
        <p role="status">{emptied.value === null ? words.warning : words.emptying(emptied.value)}</p>
        <Problem text={problems["all"]} />
        <div class="actions">
          <button type="button" class="button primary" onClick={close}>
            {busy ? words.stop : words.keep}
          </button>
          <button type="submit" class="button danger" disabled={busy}>
            {busy ? t.app.working : words.remove}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
