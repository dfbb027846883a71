/** What is open over the page. */
import { signal } from "@preact/signals";

/** The to-do whose due date is being chosen from the list. */
export const dateMenu = signal<string | null>(null);
