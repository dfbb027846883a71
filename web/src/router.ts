/** Addresses of views. History API, so that every to-do has a link that can be shared and reloaded. */
import { signal } from "@preact/signals";
import { LIMITS } from "./model";

export type Route =
  | { view: "list"; todoID: string | null }
  | { view: "new" }
  | { view: "trash" }
  | { view: "account" }
  | { view: "login" | "register" | "confirm" | "forgot" }
  | { view: "notFound" };

const FIXED: Record<string, Route> = {
  "/": { view: "list", todoID: null },
  "/today": { view: "list", todoID: null },
  "/new": { view: "new" },
  "/trash": { view: "trash" },
  "/account": { view: "account" },
  "/login": { view: "login" },
  "/register": { view: "register" },
  "/confirm": { view: "confirm" },
  "/forgot": { view: "forgot" },
};

export function parse(path: string): Route {
  const fixed = FIXED[path.length > 1 ? path.replace(/\/$/, "") : path];
  if (fixed !== undefined) return fixed;
  const todo = /^\/todos\/([0-9a-f-]{36})\/?$/i.exec(path);
  return todo?.[1] === undefined ? { view: "notFound" } : { view: "list", todoID: todo[1] };
}

export const route = signal<Route>({ view: "notFound" });

export type Filter = "all" | "open" | "completed" | "today";

/** What the list shows: part of its address, and of that of a to-do that is open beside it. */
export const search = signal("");
export const filter = signal<Filter>("all");

/** As much as the API searches for, in characters as it counts them: code points. */
export const searchable = (text: string): string => [...text].slice(0, LIMITS.search).join("");

function readAddress(): void {
  const asked = new URLSearchParams(location.search);
  const show = asked.get("show");
  search.value = searchable(asked.get("search") ?? "");
  filter.value = show === "open" || show === "completed" || show === "today" ? show : "all";
  if (isToday(location.pathname)) filter.value = "today";
  route.value = parse(location.pathname);
}

const isToday = (path: string): boolean => /^\/today\/?$/.test(path);

readAddress();

function addressOf(path: string): string {
  if (filter.value === "today" && path === "/") return "/today";
  const asked = new URLSearchParams();
  if (search.value.trim() !== "") asked.set("search", search.value.trim());
  if (filter.value !== "all" && !isToday(path)) asked.set("show", filter.value);
  return parse(path).view === "list" && asked.size > 0 ? `${path}?${asked}` : path;
}

export const pathOfTodo = (todoID: string): string => `/todos/${todoID}`;

/** Where the visitor was in the list, there they stay: "/" leads back to today's part of it, too. */
export function go(path: string, { replace = false } = {}): void {
  if (isToday(path)) filter.value = "today";
  const address = addressOf(path);
  if (address !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"](null, "", address);
  route.value = parse(path);
}

/** To the whole list. */
export function goToList(): void {
  if (filter.value === "today") filter.value = "all";
  go("/");
}

/** Follows links of this page without loading it again; leaves modified clicks, downloads and other sites alone. */
export function watchLinks(): void {
  addEventListener("popstate", readAddress);
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest("a");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname === location.pathname && link.hash !== "") return;
    if (link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    go(link.pathname);
  });
}
