/** The list of to-dos in its sections, with quick add, search and filter. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { hasMore } from "../counts";
import { headingDay, today } from "../dates";
import { focusHeading } from "../focus";
import { sections } from "../order";
import { Empty, Skeleton } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { LoadFailed } from "../parts/LoadFailed";
import { afterPaint, loadParts, persist } from "../parts/lazy";
import { LoadMore } from "../parts/LoadMore";
import { QuickAdd } from "../parts/QuickAdd";
import { Rows } from "../parts/Rows";
import { t } from "../strings";
import { announce } from "../toasts";
import { type Filter, filter, go, search, searchable } from "../router";
import { answered, list, listed, loadList, query } from "../todos";

const TYPING_MS = 250;
/** Rows that are drawn at once, a screen of them; the rest when these are seen. */
const FIRST = 20;
const FILTERS: readonly [Filter, string][] = [
  ["all", t.list.all],
  ["open", t.list.open],
  ["completed", t.list.done],
];

export function ListView({ currentID }: { currentID: string | null }) {
  const asked = query.value;
  useEffect(() => {
    if (answered.value) return undefined;
    const timer = setTimeout(() => void ask(), asked.search === "" ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const items = listed.value;
  const day = today.value;
  const [whole, setWhole] = useState(false);
  const some = items.length > 0;
  useEffect(() => {
    if (some) afterPaint(() => setWhole(true));
  }, [some]);
  const drawn = useMemo(() => (whole ? items : items.slice(0, FIRST)), [items, whole]);
  const grouped = useMemo(() => sections(drawn, day), [drawn, day]);
  const phase = list.phase.value;
  const loading = !answered.value && phase !== "failed";
  const isToday = filter.value === "today";
  return (
    <section class="list" aria-label={isToday ? t.nav.today : t.list.heading} aria-busy={loading}>
      <header class="view-head">
        <div class="where">
          <h1 tabIndex={-1}>{isToday ? t.nav.today : t.list.heading}</h1>
          <p class="eyebrow">{headingDay(day)}</p>
        </div>
        {!isToday && <Tools />}
      </header>
      <QuickAdd />
      {loading && items.length === 0 && <Skeleton />}
      {grouped.map(({ section, items: members }) => (
        <section key={section} class={`section ${section}`} aria-labelledby={`section-${section}`}>
          <h2 id={`section-${section}`}>{t.list.sections[section]}</h2>
          {section === "overdue" && <ToToday />}
          <Rows rows={members} today={day} currentID={currentID} />
        </section>
      ))}
      <LoadFailed listing={list} text={t.list.failed} again={loadList} />
      {answered.value && phase === "ready" && items.length === 0 && !hasMore.value && <NothingHere />}
      {drawn.length === items.length && hasMore.value && <LoadMore listing={list} />}
    </section>
  );
}

async function ask(): Promise<void> {
  go(location.pathname, { replace: true }); // The address says what is searched for.
  await loadList();
  loadParts();
  if (answered.value && query.value.search !== "") announce(t.list.found(listed.value.length, list.next.value !== null));
}

function Tools() {
  const input = useRef<HTMLInputElement>(null);
  const typed = search.value;
  const type = (text: string): void => {
    search.value = text;
  };
  return (
    <div class="tools">
      <fieldset class="segments">
        <legend class="unseen">{t.list.show}</legend>
        {FILTERS.map(([value, text]) => (
          <label key={value}>
            <input
              type="radio"
              name="filter"
              checked={filter.value === value}
              onChange={() => {
                filter.value = value;
                go(location.pathname);
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
      <search class={`search ${typed === "" ? "" : "filled"}`}>
        <Icon name="search" />
        <input
          ref={input}
          id="search"
          type="search"
          dir="auto"
          aria-label={t.list.search}
          placeholder={t.list.search}
          autocomplete="off"
          value={typed}
          onInput={(event) => {
            const text = searchable(event.currentTarget.value);
            event.currentTarget.value = text;
            type(text);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            if (typed === "") event.currentTarget.blur();
            type("");
          }}
        />
        {typed !== "" && (
          <button
            type="button"
            class="icon-button"
            aria-label={t.list.clear}
            onClick={() => {
              type("");
              input.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </search>
    </div>
  );
}

/** Everything overdue gets today's date. */
function ToToday() {
  const act = async (): Promise<void> => (await import("../plan/planning")).overdueToToday();
  return (
    <button
      type="button"
      class="link to-today"
      onClick={() => {
        focusHeading(); // The button goes with its section.
        void persist(act);
      }}
    >
      {t.list.toToday}
    </button>
  );
}

function NothingHere() {
  if (filter.value === "today") return <Empty icon="check" title={t.list.todayEmptyTitle} text={t.list.todayEmptyText} />;
  const word = search.value.trim();
  if (word !== "") return <Empty icon="search" title={t.list.searchEmptyTitle(word)} text={t.list.searchEmptyText} />;
  if (filter.value === "open") return <Empty icon="check" title={t.list.openEmptyTitle} text={t.list.openEmptyText} />;
  if (filter.value === "completed") return <Empty icon="check" title={t.list.doneEmptyTitle} text={t.list.doneEmptyText} />;
  return <Empty icon="list" title={t.list.emptyTitle} text={t.list.emptyText} />;
}
