/** What stands where there is nothing, and why. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

interface Properties {
  icon: IconName;
  title: string;
  text: string;
  /** It is all there is on the page. */
  alone?: boolean;
  children?: ComponentChildren;
}

export function Empty({ icon, title, text, alone = false, children }: Properties) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      {alone ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row" />
      ))}
    </div>
  );
}
