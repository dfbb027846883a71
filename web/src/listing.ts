/** One list of the API, loaded page by page. Holds ids only; the to-dos themselves are in todos.ts. */
import { signal } from "@preact/signals";
import { firstPage, nextPage, type Page, type Query } from "./api";
import { isLeaving, sentence } from "./errors";
import type { Todo } from "./model";

export type Phase = "loading" | "ready" | "more" | "failed";

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

export class Listing {
  readonly ids = signal<readonly string[]>([]);
  readonly next = signal<string | null>(null);
  readonly phase = signal<Phase>("loading");
  readonly why = signal("");
  /** When the first page last came, so that a page left open catches up. */
  loadedAt = 0;
  /** What the ids are the answer to. */
  of: Query = {};
  private running = new AbortController();

  /** Added while an answer was on its way that cannot know them yet. */
  private meanwhile: string[] = [];

  /** `take` keeps the to-dos of every page that arrives; the page was asked for at `asked`. */
  constructor(private readonly take: (todos: Todo[], asked: number) => void) {}

  /** Loads the first page of a query; an answer to an earlier query no longer counts. */
  load(query: Query): Promise<void> {
    this.running.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    if (this.ids.value.length === 0) this.phase.value = "loading";
    this.meanwhile = [];
    return this.run(firstPage(query, signal), signal, (page) => {
      this.loadedAt = Date.now();
      this.of = query;
      this.ids.value = unique([...this.meanwhile, ...page.todos.map((todo) => todo.todoID)]);
    });
  }

  /** Loads the page after the last one. A to-do that moved between two pages is listed once. */
  async more(): Promise<void> {
    const next = this.next.value;
    if (next === null || this.phase.value === "loading" || this.phase.value === "more") return;
    this.phase.value = "more";
    const { signal } = this.running;
    await this.run(nextPage(next, signal), signal, (page) => {
      this.ids.value = unique([...this.ids.value, ...page.todos.map((todo) => todo.todoID)]);
    });
  }

  private async run(answer: Promise<Page>, signal: AbortSignal, place: (page: Page) => void): Promise<void> {
    const asked = performance.now();
    try {
      const page = await answer;
      if (signal.aborted) return;
      this.take(page.todos, asked);
      place(page);
      this.next.value = page.next;
      this.phase.value = "ready";
    } catch (error) {
      if (signal.aborted || isLeaving(error)) return;
      this.why.value = sentence(error);
      this.phase.value = "failed";
    }
  }

  /** Shows what the list was last, until it has been asked for. */
  recall(ids: readonly string[]): void {
    if (this.loadedAt === 0) this.ids.value = unique([...this.ids.value, ...ids]);
  }

  /** To the front: the newest of the trash. (The list of to-dos is sorted when shown.) */
  add(id: string): void {
    this.meanwhile.push(id);
    this.ids.value = unique([id, ...this.ids.value]);
  }

  remove(id: string): void {
    this.ids.value = this.ids.value.filter((other) => other !== id);
  }
}
