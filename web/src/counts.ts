/** How many to-dos there are, as far as that is known: nothing is asked for it. */
import { computed } from "@preact/signals";
import { filter } from "./router";
import { answered, isDue, known, list, query } from "./todos";

/** How many of the to-dos that are known are due: today or before. The list has these first. */
export const due = computed(() => [...known.value.values()].filter((item) => !item.trashed && isDue(item)).length);

/** How many are open; null while not all of them are known. */
export const open = computed(() => {
  const last = known.value.get(list.ids.value.at(-1) ?? "");
  const all = answered.value && !query.value.search && query.value.completed === undefined;
  if (!all || (list.next.value !== null && !last?.completed)) return null;
  return [...known.value.values()].filter((item) => !item.trashed && !item.completed).length;
});

/** Whether there may be due ones that are not loaded yet. */
export const moreDue = computed(() => {
  const last = known.value.get(list.ids.value.at(-1) ?? "");
  return list.next.value !== null && (last === undefined || isDue(last));
});

/** Whether a page that is not loaded yet may have to-dos of what is shown. */
export const hasMore = computed(() => (filter.value === "today" ? moreDue.value : list.next.value !== null));
