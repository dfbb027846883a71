/** Another day for a to-do, chosen from its row. */
import { useState } from "preact/hooks";
import { addDays, dayText, nextMonday, today } from "../dates";
import { focusTodo } from "../focus";
import { dateMenu } from "../menus";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { t } from "../strings";
import { known } from "../todos";
import { reschedule } from "./planning";
import { words } from "./strings";
import "./plan.css";

export function DateMenu({ id }: { id: string }) {
  const item = known.value.get(id);
  const [picked, setPicked] = useState(item?.dateDue ?? "");
  if (item === undefined) return null;
  const close = async (moved?: Promise<void>): Promise<void> => {
    dateMenu.value = null;
    await moved;
    requestAnimationFrame(() => focusTodo(id)); // Its row may stand elsewhere now.
  };
  const move = (day: string | null): void => void close(reschedule([item], day));
  const now = today.value;
  const choices = [
    { text: t.dates.today, day: now },
    { text: t.dates.tomorrow, day: addDays(now, 1) },
    { text: t.dates.nextWeek, day: nextMonday(now) },
  ];
  const heading = words.menu(item.title);
  return (
    <Dialog
      label={heading}
      onClose={() => void close()}
      class="menu"
      beside={document.querySelector(`.row[data-todo="${id}"] .due`)}
    >
      <ul class="choices">
        {choices.map(({ text, day }) => (
          <li key={text}>
            <button type="button" aria-pressed={item.dateDue === day} onClick={() => move(day)}>
              <span>{text}</span>
              <span class="hint">{dayText(day)}</span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" aria-pressed={item.dateDue === null} onClick={() => move(null)}>
            <span>{t.list.sections.noDate}</span>
          </button>
        </li>
      </ul>
      <form
        class="pick"
        onSubmit={(event) => {
          event.preventDefault();
          if (picked !== "") move(picked);
        }}
      >
        <input
          type="date"
          aria-label={words.pick}
          max="9998-12-31"
          value={picked}
          onInput={(event) => setPicked(event.currentTarget.value)}
        />
        <button type="submit" class="button small">
          {words.set}
        </button>
        <button type="button" class="icon-button" aria-label={words.close} onClick={() => void close()}>
          <Icon name="close" />
        </button>
      </form>
    </Dialog>
  );
}
