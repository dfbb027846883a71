/** One to-do in the list. */

import { connection } from "../connection";
import { dayText, dueText } from "../dates";
import { focusBeside } from "../focus";
import type { Item } from "../model";
import { sectionOf } from "../order";
import { pathOfTodo } from "../router";
import { t } from "../strings";
import { remove, setCompleted } from "../todos";
import { Icon } from "./Icon";
import { memo } from "./memo";

interface Properties {
  item: Item;
  today: string;
  current: boolean;
}

export const TodoRow = memo(function TodoRow({ item, today, current }: Properties) {
  const waiting = item.version === 0;
  const section = sectionOf(item, today);
  return (
    <li class={`row ${item.completed ? "completed" : ""} ${current ? "current" : ""}`} data-todo={item.todoID}>
      <input
        type="checkbox"
        class="round"
        aria-label={t.list.complete(item.title)}
        checked={item.completed}
        disabled={waiting}
        onChange={(event) => void setCompleted(item, event.currentTarget.checked)}
      />
      <div class="row-body">
        {waiting ? (
          <span class="row-title">
            <bdi>{item.title}</bdi>
          </span>
        ) : (
          <a class="row-title" href={pathOfTodo(item.todoID)} aria-current={current ? "true" : undefined}>
            <bdi>{item.title}</bdi>
          </a>
        )}
        <span class="row-meta">
          {item.dateDue !== null && (
            <span class={`due ${section}`} title={dayText(item.dateDue)}>
              <Icon name="calendar" />
              <span class="unseen">{t.list.due("")}</span>
              <time dateTime={item.dateDue}>{dueText(item.dateDue, today)}</time>
            </span>
          )}
          {item.attachments > 0 && (
            <span class="meta">
              <Icon name="clip" />
              <span aria-hidden="true">{item.attachments}</span>
              <span class="unseen">{t.list.files(item.attachments)}</span>
            </span>
          )}
          {item.notes !== "" && (
            <span class="meta" title={t.list.hasNotes}>
              <Icon name="note" />
              <span class="unseen">{t.list.hasNotes}</span>
            </span>
          )}
          {item.description !== "" && <bdi class="row-description">{item.description}</bdi>}
          {waiting && connection.value !== "ok" && <span class="meta">{t.list.waiting}</span>}
        </span>
      </div>
      {!waiting && (
        <button
          type="button"
          class="icon-button row-remove"
          aria-label={t.list.remove(item.title)}
          onClick={() => {
            focusBeside(item.todoID);
            void remove(item);
          }}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
});
