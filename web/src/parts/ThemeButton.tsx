/** System, light, dark, one after the other. */
import { nextTheme, theme } from "../preferences";
import { t } from "../strings";
import { announce } from "../toasts";
import { Icon, type IconName } from "./Icon";

const ICONS: Record<typeof theme.value, IconName> = { system: "system", light: "sun", dark: "moon" };

export function switchTheme(): void {
  announce(`${t.theme.label}: ${t.theme[nextTheme()]}`);
}

export function ThemeButton() {
  const name = t.theme.now(t.theme[theme.value]);
  return (
    <button type="button" class="icon-button" aria-label={name} title={name} onClick={switchTheme}>
      <Icon name={ICONS[theme.value]} />
    </button>
  );
}
