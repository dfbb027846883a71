import { beforeEach, expect, it, vi } from "vitest";
import type { Page } from "../src/api";
import { Listing } from "../src/listing";
import type { Todo } from "../src/model";

/** Responses of the API, given by hand, so that a test decides which comes first. */
const asked: { resolve: (page: Page) => void; reject: (error: Error) => void }[] = [];
vi.mock("../src/api", () => {
  const ask = (): Promise<Page> => new Promise((resolve, reject) => asked.push({ resolve, reject }));
  return { firstPage: ask, newFirstPage: ask, nextPage: ask, ApiError: class extends Error {} };
});

function page(ids: string[], next: string | null = null): Page & { tag: string } {
  return { todos: ids.map((todoID) => ({ todoID }) as Todo), next, tag: '"1"' };
}

function answer(number: number, ids: string[], next: string | null = null): void {
  asked[number]?.resolve(page(ids, next));
}

beforeEach(() => {
  asked.length = 0;
});

it("lists a to-do once that moved between two pages", async () => {
  const list = new Listing(() => {});
  const first = list.load({});
  answer(0, ["a", "b"], "/next");
  await first;
  const second = list.more();
  answer(1, ["b", "c"]);
  await second;
  expect(list.ids.value).toEqual(["a", "b", "c"]);
  expect(list.next.value).toBeNull();
});

it("ignores the response to an earlier query", async () => {
  const list = new Listing(() => {});
  const first = list.load({ search: "a" });
  const second = list.load({ search: "ab" });
  answer(1, ["ab"]);
  await second;
  answer(0, ["a"]);
  await first;
  expect(list.ids.value).toEqual(["ab"]);
});

it("keeps what was added while the response was on its way", async () => {
  const list = new Listing(() => {});
  const loading = list.load({});
  list.add("new");
  answer(0, ["old"]);
  await loading;
  expect(list.ids.value).toEqual(["new", "old"]);
});

it("asks for one page at a time", async () => {
  const list = new Listing(() => {});
  const first = list.load({});
  answer(0, ["a"], "/next");
  await first;
  void list.more();
  void list.more();
  expect(asked).toHaveLength(2);
});

it("can try a failed page again", async () => {
  const list = new Listing(() => {});
  const first = list.load({});
  answer(0, ["a"], "/next");
  await first;
  const second = list.more();
  asked[1]?.reject(new Error("broken"));
  await second;
  expect(list.phase.value).toBe("failed");
  const third = list.more();
  answer(2, ["b"]);
  await third;
  expect(list.ids.value).toEqual(["a", "b"]);
});

it("refreshes as many pages as are loaded, and shows them at once", async () => {
  const list = new Listing(() => {});
  const first = list.load({});
  answer(0, ["a"], "/next");
  await first;
  const second = list.more();
  answer(1, ["b", "c"], "/last");
  await second;
  const refreshing = list.refresh(true);
  answer(2, ["x", "a"], "/next");
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  list.add("new");
  expect(list.ids.value).toEqual(["new", "a", "b", "c"]);
  answer(3, ["b"], "/last");
  await refreshing;
  expect(list.ids.value).toEqual(["new", "x", "a", "b"]);
  expect(list.next.value).toBe("/last");
});

it("stays as it is when it cannot be refreshed", async () => {
  const list = new Listing(() => {});
  const first = list.load({});
  answer(0, ["a"]);
  await first;
  const refreshing = list.refresh(false);
  asked[1]?.reject(new Error("broken"));
  await refreshing;
  expect([list.ids.value, list.phase.value]).toEqual([["a"], "ready"]);
});
