/** The rows of a section, in runs: only a run with a change is drawn again. */
import { useMemo, useRef } from "preact/hooks";
import { problems } from "../known";
import type { Item } from "../model";
import { inRuns } from "../runs";
import type { Row } from "../todos";
import { memo } from "./memo";
import { TodoRow } from "./TodoRow";

interface Common {
  today: string;
  currentID: string | null;
}

export function Rows({ rows, today, currentID }: Common & { rows: readonly Row[] }) {
  const kept = useRef(new Map<string, string>());
  const runs = useMemo(() => {
    const items = rows.map(({ item }) => item);
    return inRuns(items, kept.current);
  }, [rows]);
  return (
    <div class="rows" role="list">
      {runs.map(({ name, items }) => (
        <OneRun
          key={name}
          items={items}
          today={today}
          currentID={items.some(({ todoID }) => todoID === currentID) ? currentID : null}
        />
      ))}
    </div>
  );
}

const OneRun = memo(function OneRun({ items, today, currentID }: Common & { items: readonly Item[] }) {
  return (
    <div class="run" role="none" style={{ "--rows": items.length }}>
      {items.map((item) => (
        <TodoRow
          key={item.todoID}
          item={item}
          today={today}
          current={item.todoID === currentID}
          problem={problems.value.has(item.todoID)}
        />
      ))}
    </div>
  );
});
