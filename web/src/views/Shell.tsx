/** The frame around every view of somebody who is logged in. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { focusView } from "../focus";
import { Banner } from "../parts/Banner";
import { Empty } from "../parts/Empty";
import { Icon, type IconName, Mark } from "../parts/Icon";
import { lazy } from "../parts/lazy";
import { ThemeButton } from "../parts/ThemeButton";
import { helpOpen } from "../preferences";
import { due, moreDue, open as opened } from "../counts";
import { dateMenu } from "../menus";
import { filter, go, route, search } from "../router";
import { state } from "../session";
import { t } from "../strings";
import { known } from "../todos";
import { ListView } from "./ListView";

const AccountView = lazy(async () => (await import("../account/AccountView")).AccountView);
const TodoView = lazy(async () => (await import("../editor/TodoView")).TodoView);
const TrashView = lazy(async () => (await import("../account/TrashView")).TrashView);
const DateMenu = lazy(async () => (await import("../plan/DateMenu")).DateMenu);
const HelpDialog = lazy(async () => (await import("../account/HelpDialog")).HelpDialog);
const SessionDialog = lazy(async () => (await import("../account/SessionDialog")).SessionDialog);

const LINKS: readonly { href: string; place: string; text: string; icon: IconName }[] = [
  { href: "/today", place: "today", text: t.nav.today, icon: "calendar" },
  { href: "/", place: "list", text: t.nav.todos, icon: "list" },
  { href: "/trash", place: "trash", text: t.nav.trash, icon: "trash" },
  { href: "/account", place: "account", text: t.nav.account, icon: "user" },
];

export function Shell() {
  const current = route.value;
  const view = current.view;
  const inAuth = view === "login" || view === "register" || view === "confirm" || view === "forgot";
  const shown = inAuth || view === "new" ? "list" : view;
  const place = shown === "list" && filter.value === "today" ? "today" : shown;
  const first = useRef(true);

  useEffect(() => {
    if (inAuth) go("/", { replace: true });
  }, [inAuth]);
  useEffect(() => {
    if (!first.current) focusView(); // The first one is not read out, the page itself is.
    first.current = false;
    scrollTo(0, 0);
  }, [place]);

  const scrolled = useRef(0);
  const todoID = current.view === "list" ? current.todoID : null;
  const open = todoID !== null || view === "new";
  useLayoutEffect(() => {
    // On a narrow screen the to-do stands where the list was: afterwards the list is where it was left.
    if (!open) scrollTo(0, scrolled.current);
    return () => {
      if (!open) scrolled.current = scrollY;
    };
  }, [open]);
  const title = todoID === null ? titleOf(view) : (known.value.get(todoID)?.title ?? t.nav.todos);
  useEffect(() => {
    document.title = t.app.title(title);
  }, [title]);

  return (
    <div class={`shell ${shown === "list" ? "with-list" : ""} ${open ? "with-pane" : ""}`}>
      <a class="skip" href="#main">
        {t.app.skip}
      </a>
      <header class="side">
        <a class="brand" href="/">
          <Mark />
          {t.app.name}
        </a>
        <nav aria-label={t.nav.label}>
          <ul>
            {LINKS.map((link) => (
              <li key={link.href}>
                <a href={link.href} aria-current={place === link.place ? "page" : undefined} onClick={leaveToday}>
                  <Icon name={link.icon} />
                  <span>{link.text}</span>
                  <Count place={link.place} />
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-tools">
          <ThemeButton />
          <button
            type="button"
            class="icon-button help-button"
            aria-label={t.nav.help}
            title={t.nav.help}
            onClick={() => {
              helpOpen.value = true;
            }}
          >
            <Icon name="keyboard" />
          </button>
        </div>
      </header>
      <Banner />
      <main id="main" tabIndex={-1}>
        {shown === "list" && <ListView currentID={todoID} />}
        {shown === "trash" && <TrashView />}
        {shown === "account" && <AccountView />}
        {shown === "notFound" && (
          <Empty icon="search" title={t.notFound.heading} text={t.notFound.text} alone>
            <a class="button" href="/">
              {t.notFound.home}
            </a>
          </Empty>
        )}
        {open && <TodoView id={todoID} />}
      </main>
      {dateMenu.value !== null && <DateMenu key={dateMenu.value} id={dateMenu.value} />}
      {helpOpen.value && <HelpDialog />}
      {state.value === "ended" && <SessionDialog />}
    </div>
  );
}

/** "/" leads back to where one was in the list; this link leads to all of it. */
function leaveToday(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.currentTarget.pathname === "/" && filter.value === "today") filter.value = "all";
}

/** How many to-dos a place has, as far as that is known. */
function Count({ place }: { place: string }) {
  const n = place === "today" ? due.value : place === "list" ? opened.value : null;
  if (!n) return null;
  return <span class="count">{t.list.many(n, place === "today" && moreDue.value)}</span>;
}

function titleOf(view: string): string {
  if (view === "trash") return t.trash.heading;
  if (view === "account") return t.account.heading;
  if (view === "new") return t.editor.newHeading;
  if (view === "notFound") return t.notFound.heading;
  if (filter.value === "today") return t.nav.today;
  const word = search.value.trim();
  const shown = { all: "", open: t.list.open, completed: t.list.done }[filter.value];
  return [word && `“${word}”`, shown, t.list.heading].filter(Boolean).join(" · ");
}
