/** One list of the API, loaded page by page. Holds ids only; the to-dos themselves are in known.ts. */
import { batch, signal } from "@preact/signals";
import { firstPage, newFirstPage, nextPage, type Page, type Query } from "./api";
import { isLeaving, sentence } from "./errors";
import type { Todo } from "./model";

export type Phase = "loading" | "ready" | "more" | "failed";

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
const idsOf = (page: Page): string[] => page.todos.map((todo) => todo.todoID);

export class Listing {
  readonly ids = signal<readonly string[]>([]);
  readonly next = signal<string | null>(null);
  readonly phase = signal<Phase>("loading");
  readonly why = signal("");
  /** The query whose ids these are; null before the first response. */
  readonly of = signal<Query | null>(null);
  /** How often it was brought up to date. */
  readonly refreshed = signal(0);
  private running = new AbortController();
  private refreshing = false;
  /** The server's name for the first page as it was refreshed last. */
  private tag: string | null = null;
  /** Added while a response was on its way that cannot know them yet. */
  private meanwhile: string[] = [];

  /** `take` keeps the to-dos of every page that arrives; the page was asked for at `asked`. */
  constructor(private readonly take: (todos: Todo[], asked: number) => void) {}

  /** Loads the first page of a query; a response to an earlier query no longer counts. */
  load(query: Query): Promise<void> {
    this.running.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    this.phase.value = "loading";
    this.tag = null;
    this.meanwhile = [];
    return this.run(firstPage(query, signal), signal, (page) => {
      this.of.value = query;
      this.ids.value = unique([...this.meanwhile, ...idsOf(page)]);
    });
  }

  /** Loads the page after the last one. A to-do that moved between two pages is listed once. */
  async more(): Promise<void> {
    const next = this.next.value;
    if (next === null || this.phase.value === "loading" || this.phase.value === "more") return;
    this.phase.value = "more";
    const { signal } = this.running;
    await this.run(nextPage(next, signal), signal, (page) => {
      this.ids.value = unique([...this.ids.value, ...idsOf(page)]);
    });
  }

  /** Loads all pages that are left, or as many as can be loaded. */
  async all(): Promise<void> {
    while (this.next.value !== null && this.phase.value !== "failed") {
      if (this.phase.value === "ready") await this.more();
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async run(answer: Promise<Page>, signal: AbortSignal, place: (page: Page) => void): Promise<void> {
    const asked = performance.now();
    try {
      const page = await answer;
      if (signal.aborted) return;
      batch(() => {
        this.take(page.todos, asked);
        place(page);
        this.next.value = page.next;
        this.phase.value = "ready";
      });
    } catch (error) {
      if (signal.aborted || isLeaving(error)) return;
      this.why.value = sentence(error);
      this.phase.value = "failed";
    }
  }

  /** Brings all pages that are loaded up to date, behind what is shown; unless `wholly`, only when the first one has changed. */
  async refresh(wholly: boolean): Promise<void> {
    const query = this.of.value;
    if (query === null || this.refreshing || this.phase.value !== "ready") return;
    this.refreshing = true;
    this.meanwhile = [];
    const { signal } = this.running;
    const least = this.ids.value.length;
    try {
      let asked = performance.now();
      const first = await newFirstPage(query, wholly ? null : this.tag, signal);
      if (first === null) return;
      const ids = idsOf(first);
      let page: Page = first;
      this.take(page.todos, asked);
      while (page.next !== null && ids.length < least) {
        asked = performance.now();
        page = await nextPage(page.next, signal);
        this.take(page.todos, asked);
        ids.push(...idsOf(page));
      }
      if (signal.aborted) return;
      batch(() => {
        this.tag = first.tag;
        this.ids.value = unique([...this.meanwhile, ...ids]);
        this.next.value = page.next;
        this.refreshed.value += 1;
      });
    } catch {
      // What is shown stays. It is tried again soon.
    } finally {
      this.refreshing = false;
    }
  }

  /** To the front: the newest of the trash. (The list of to-dos is sorted when shown.) */
  add(id: string): void {
    this.meanwhile.push(id);
    this.ids.value = unique([id, ...this.ids.value]);
  }
}
