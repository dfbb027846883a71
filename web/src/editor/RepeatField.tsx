/** How a to-do comes again. */
import type { Repeats } from "../model";
import { Field } from "../parts/Field";
import { words } from "./strings";

interface Properties {
  value: Repeats | null;
  onChange: (repeats: Repeats | null) => void;
  onLeave: () => void;
}

const CHOICES = Object.keys(words.repeats) as Repeats[];

export function RepeatField({ value, onChange, onLeave }: Properties) {
  return (
    <Field label={words.editor.repeats}>
      {(attributes) => (
        <select
          {...attributes}
          class="select"
          value={value ?? ""}
          onChange={(event) => onChange(CHOICES.find((one) => one === event.currentTarget.value) ?? null)}
          onBlur={onLeave}
        >
          <option value="">{words.never}</option>
          {CHOICES.map((one) => (
            <option key={one} value={one}>
              {words.repeats[one]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
