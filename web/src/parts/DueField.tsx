/** A due date: the browser's own picker, and three quick choices. */
import { addDays, nextMonday, today } from "../dates";
import { t } from "../strings";

interface Properties {
  value: string | null;
  onChange: (day: string | null) => void;
  onLeave?: () => void;
  describedBy?: string | undefined;
  invalid?: boolean;
}

export function DueField({ value, onChange, onLeave, describedBy, invalid }: Properties) {
  const day = today.value;
  const presets = [
    { text: t.dates.today, value: day },
    { text: t.dates.tomorrow, value: addDays(day, 1) },
    { text: t.dates.nextWeek, value: nextMonday(day) },
  ];
  return (
    <div class="due-field">
      <input
        type="date"
        aria-label={t.quick.due}
        aria-describedby={describedBy}
        aria-invalid={invalid ? "true" : undefined}
        value={value ?? ""}
        max="9998-12-31"
        onInput={(event) => onChange(event.currentTarget.value || null)}
        onBlur={onLeave}
      />
      <fieldset class="chips" aria-label={t.dates.presets}>
        {presets.map((preset) => (
          <button
            key={preset.text}
            type="button"
            class="chip"
            aria-pressed={value === preset.value}
            onClick={() => onChange(value === preset.value ? null : preset.value)}
            onBlur={onLeave}
          >
            {preset.text}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
