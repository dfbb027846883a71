/** A password with a way to see it, and for a new one the rules it has to meet. */
import { useState } from "preact/hooks";
import { RULE_NAMES, RULES } from "./password";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { forms } from "./strings";

interface Properties {
  label: string;
  value: string;
  onInput: (value: string) => void;
  error?: string | undefined;
  /** A new password: shows the rules, and lets password managers offer one. */
  fresh?: boolean;
}

export function PasswordField({ label, value, onInput, error, fresh = false }: Properties) {
  const [visible, setVisible] = useState(false);
  return (
    <Field
      label={label}
      error={error}
      extra={
        fresh && (
          <ul class="rules" aria-label={forms.rulesLabel}>
            {RULE_NAMES.map((rule) => {
              const met = RULES[rule](value);
              return (
                <li key={rule} class={met ? "met" : ""}>
                  <Icon name="check" />
                  {forms.rules[rule]}
                  <span class="unseen"> ({met ? forms.met : forms.unmet})</span>
                </li>
              );
            })}
          </ul>
        )
      }
    >
      {(attributes) => (
        <div class="with-button">
          <input
            {...attributes}
            type={(visible ? "text" : "password") as "password"} // oxlint-disable-line typescript/no-unnecessary-type-assertion
            autocomplete={fresh ? "new-password" : "current-password"}
            autocapitalize="none"
            spellcheck={false}
            dir="ltr"
            value={value}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          <button
            type="button"
            class="icon-button"
            aria-pressed={visible}
            aria-label={visible ? forms.hide : forms.show}
            onClick={() => setVisible(!visible)}
          >
            <Icon name={visible ? "eyeOff" : "eye"} />
          </button>
        </div>
      )}
    </Field>
  );
}
