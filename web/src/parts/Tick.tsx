/** The round checkbox that completes a to-do. It shows the tick at once, while the change is being kept. */
import { useState } from "preact/hooks";
import type { Item } from "../model";
import { t } from "../strings";
import { setCompleted } from "../todos";

export function Tick({ item }: { item: Item }) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  return (
    <input
      type="checkbox"
      class="round"
      autocomplete="off" // Else the browser keeps thousands of them with each address.
      aria-label={t.list.complete(item.title)}
      checked={wanted ?? item.completed}
      onChange={(event) => {
        setWanted(event.currentTarget.checked);
        void setCompleted(item, event.currentTarget.checked).then(() => setWanted(null));
      }}
    />
  );
}
