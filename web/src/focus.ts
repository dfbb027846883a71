/** Where the keyboard's focus goes when what it was on goes away. */

const ROWS = "[data-todo]";
const LINK = ".row-title[href], button";

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#main ${ROWS}`)];
}

export function focusRow(row: HTMLElement | undefined): boolean {
  const link = row?.querySelector<HTMLElement>(LINK);
  link?.focus();
  return link !== null && link !== undefined;
}

/** The row after a to-do's own, else the one before it. */
export function rowBeside(id: string): HTMLElement | undefined {
  const all = rows();
  const at = all.findIndex((row) => row.dataset["todo"] === id);
  return at < 0 ? undefined : (all[at + 1] ?? all[at - 1]);
}

/** Moves the focus off the row of a to-do that is about to leave: to its neighbour, else to the heading. */
export function focusBeside(id: string): void {
  if (!focusRow(rowBeside(id))) focusHeading();
}

/** Moves the focus off something in a list that is about to leave: to the same control of its neighbour, else to `otherwise`. */
export function focusNext(control: HTMLElement, otherwise: () => HTMLElement | null | undefined): void {
  const place = control.closest("li");
  const beside = place?.nextElementSibling ?? place?.previousElementSibling;
  const same = beside?.querySelector<HTMLElement>("[data-delete]");
  (same ?? otherwise())?.focus();
}

/** To the next (1) or previous (-1) row, from wherever the focus is. */
export function moveRow(step: 1 | -1): void {
  const all = rows();
  const at = all.findIndex(
    (one) =>
      one.contains(document.activeElement) || (document.activeElement === document.body && one.classList.contains("current")),
  );
  focusRow(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]);
}

/** The id of the to-do that the focus is on or in. */
export function focusedTodo(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-todo], [data-editor]")?.dataset["todo"] ?? null;
}

export function focusTodo(id: string): boolean {
  return focusRow(rows().find((row) => row.dataset["todo"] === id));
}

/** A row is about to move to another section: a focus inside it goes on to its neighbour, where the work is. */
export function letGoOf(id: string): void {
  const row = rows().find((one) => one.dataset["todo"] === id);
  if (row?.contains(document.activeElement)) focusBeside(id);
}

let pressed = false;
let released: (() => void)[] = [];

addEventListener(
  "pointerdown",
  () => {
    pressed = true;
  },
  true,
);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(
    end,
    () => {
      pressed = false;
      const acts = released;
      released = [];
      if (acts.length > 0)
        setTimeout(() => {
          for (const act of acts) act();
        }, 50);
    },
    true,
  );
}

/** Does `act` now, or once the pointer is up again and its click has arrived: what is clicked must not move away meanwhile. */
export function afterPress(act: () => void): void {
  if (pressed) released.push(act);
  else act();
}

let viewWanted = false;

/** A new view is read out from its heading, unless the focus is in it already. */
export function focusView(): void {
  viewWanted = true;
  viewArrived();
}

/** A part of a view that had to be loaded is there, perhaps with the heading. */
export function viewArrived(): void {
  if (viewWanted && !document.activeElement?.closest("#main *"))
    document.querySelector<HTMLElement>("#main h1")?.focus({ preventScroll: true });
}

export function focusHeading(): void {
  document.querySelector<HTMLElement>("#main h1")?.focus();
}
