/** Marks a to-do as important. */
import type { Item } from "../model";
import { t } from "../strings";
import { setStarred } from "../todos";
import { Icon } from "./Icon";

export function Star({ item }: { item: Item }) {
  return (
    <button
      type="button"
      class="icon-button star"
      aria-label={t.list.star(item.title)}
      aria-pressed={item.starred}
      onClick={() => void setStarred(item, !item.starred)}
    >
      <Icon name="star" />
    </button>
  );
}
