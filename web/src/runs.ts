/** A long list is drawn, and skipped while it is out of sight, in runs of rows: thousands of rows by themselves are slow. Pure. */

/** Rows of a new run. */
const LENGTH = 20;

export interface Run<T> {
  /** The id of the to-do that starts it. */
  name: string;
  items: T[];
}

/** `items` in runs. `kept` has the run of each to-do as it was last, and takes the new one: a row that comes, goes or moves leaves the
 * others in theirs, since a row that changes its run is a new element and loses the focus. */
export function inRuns<T extends { todoID: string }>(items: readonly T[], kept: Map<string, string>): Run<T>[] {
  const runs: Run<T>[] = [];
  const begun = new Set<string>();
  for (const [at, item] of items.entries()) {
    const last = runs.at(-1);
    const own = kept.get(item.todoID);
    const following = kept.get(items[at + 1]?.todoID ?? "");
    const staying = own === last?.name || own === following ? own : undefined;
    const room = last !== undefined && last.items.length < LENGTH ? last.name : undefined;
    const name = staying ?? following ?? own ?? room ?? item.todoID;
    if (last !== undefined && begun.has(name)) last.items.push(item);
    else {
      runs.push({ name, items: [item] });
      begun.add(name);
    }
    kept.set(item.todoID, runs.at(-1)?.name ?? name);
  }
  return runs;
}
