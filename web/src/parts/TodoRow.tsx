/** One to-do in the list. */
import type { ComponentChildren } from "preact";
import { connection } from "../connection";
import { dayText, dueText } from "../dates";
import { focusBeside } from "../focus";
import { dateMenu } from "../menus";
import type { Item } from "../model";
import { sectionOf } from "../order";
import { pathOfTodo } from "../router";
import { t } from "../strings";
import { remove } from "../todos";
import { Icon } from "./Icon";
import { memo } from "./memo";
import { Star } from "./Star";
import { Tick } from "./Tick";

interface Properties {
  item: Item;
  today: string;
  current: boolean;
  problem: boolean;
}

export const TodoRow = memo(function TodoRow({ item, today, current, problem }: Properties) {
  const section = sectionOf(item, today);
  return (
    <div role="listitem" class={`row ${item.completed ? "completed" : ""} ${current ? "current" : ""}`} data-todo={item.todoID}>
      <Tick item={item} />
      <div class="row-body">
        <div class="row-text">
          <a class="row-title" href={pathOfTodo(item.todoID)} aria-current={current ? "true" : undefined}>
            <bdi>{item.title}</bdi>
          </a>
          {item.description !== "" && <bdi class="row-description">{item.description}</bdi>}
        </div>
        <Star item={item} />
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
        <span class="row-meta">
          {item.notes !== "" && (
            <span class="meta" title={t.list.hasNotes}>
              <Icon name="note" />
              <span class="unseen">{t.list.hasNotes}</span>
            </span>
          )}
          {item.attachments > 0 && (
            <span class="meta clips">
              <Icon name="clip" />
              <span aria-hidden="true">{item.attachments}</span>
              <span class="unseen">{t.list.files(item.attachments)}</span>
            </span>
          )}
          <DateButton item={item} kind={section}>
            {item.repeats !== null && <Icon name="repeat" />}
            {item.dateDue === null ? (
              <Icon name="calendar" />
            ) : (
              <>
                <span class="unseen">{t.list.due("")}</span>
                <time dateTime={item.dateDue}>{dueText(item.dateDue, today)}</time>
              </>
            )}
            {item.repeats !== null && <span class="unseen">{t.list.repeats}</span>}
          </DateButton>
        </span>
        {problem ? (
          <span class="row-state problem">
            <Icon name="alert" />
            {t.list.problem}
          </span>
        ) : (
          item.pending && connection.value !== "ok" && <span class="row-state">{t.list.waiting}</span>
        )}
      </div>
    </div>
  );
});

interface DateProperties {
  item: Item;
  kind: string;
  children: ComponentChildren;
}

/** What says when a to-do is due is also where that is changed. */
function DateButton({ item: { todoID, title, dateDue }, kind, children }: DateProperties) {
  return (
    <button
      type="button"
      class={`due ${kind}`}
      title={dateDue === null ? t.quick.due : dayText(dateDue)}
      aria-haspopup="dialog"
      aria-label={dateDue === null ? t.list.changeDue(title) : undefined}
      onClick={() => {
        dateMenu.value = todoID;
      }}
    >
      {children}
    </button>
  );
}
