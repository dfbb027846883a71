/** The due date of a to-do that is open: a chip, which opens the choice of a day. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { dayText, dueText, today } from "../dates";
import { DueField } from "../parts/DueField";
import { Icon } from "../parts/Icon";
import { t } from "../strings";
import { words } from "./strings";

interface Properties {
  value: string | null;
  error: string | undefined;
  onChange: (day: string | null) => void;
  onLeave: () => void;
}

export function DueChip({ value, error, onChange, onLeave }: Properties) {
  const [open, setOpen] = useState(error !== undefined);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (open) place.current?.querySelector("input")?.focus();
  }, [open]);
  return (
    <div ref={place} class="field">
      <div class="due-line">
        <button
          type="button"
          class="chip due-chip"
          aria-expanded={open}
          title={value === null ? undefined : dayText(value)}
          onClick={() => setOpen(!open)}
        >
          <Icon name="calendar" />
          {value === null ? (
            words.editor.addDue
          ) : (
            <span>
              <span class="unseen">{t.list.due("")}</span>
              {dueText(value, today.value)}
            </span>
          )}
        </button>
        {value !== null && (
          <button
            type="button"
            class="icon-button"
            aria-label={words.editor.noDue}
            title={words.editor.noDue}
            onClick={() => {
              onChange(null);
              onLeave();
              place.current?.querySelector("button")?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {open && (
        <DueField
          value={value}
          onChange={onChange}
          onLeave={onLeave}
          invalid={error !== undefined}
          describedBy={error === undefined ? undefined : "due-problem"}
        />
      )}
      {error !== undefined && (
        <p class="problem" id="due-problem">
          <Icon name="alert" />
          {error}
        </p>
      )}
    </div>
  );
}
