/** Adds a to-do in one line. What is typed is kept until it is added. */
import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { dayText, today } from "../dates";
import { readDraft, writeDraft } from "../drafts";
import { afterPress } from "../focus";
import { EMPTY_FIELDS, LIMITS } from "../model";
import { filter, go, pathOfTodo } from "../router";
import { t } from "../strings";
import { announce } from "../toasts";
import { create } from "../todos";
import { DueField } from "./DueField";
import { Icon } from "./Icon";
import { later, lazy } from "./lazy";

interface Quick {
  title: string;
  /** Chosen beside the title; null for none. */
  day?: string | null;
  /** Words that look like a day, and stay in the title. */
  kept?: string;
}

const NOTHING: Quick = { title: "" };

const reader = signal<typeof import("../plan/when") | null>(null);
const loadReader = later(async () => {
  reader.value ??= await import("../plan/when");
});
const PastedLines = lazy(async () => (await import("../plan/PastedLines")).PastedLines);

export function QuickAdd() {
  const [quick, setQuick] = useState<Quick>(() => readDraft<Quick>("quick") ?? NOTHING);
  const [pasted, setPasted] = useState<string | null>(null);
  const [inside, setInside] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const set = (next: Quick): void => {
    setQuick(next);
    writeDraft("quick", next.title === "" && next.day == null ? null : next);
  };
  const found = quick.day === undefined ? (reader.value?.readWhen(quick.title, today.value) ?? null) : null;
  const when = found?.words === quick.kept ? null : found;
  const usual = filter.value === "today" ? today.value : null;
  const dateDue = quick.day === undefined ? (when?.day ?? usual) : quick.day;
  const title = when?.title ?? quick.title.trim();
  const tooLong = [...title].length > LIMITS.title;

  /** The draft goes when the to-do is kept: between the two lies no moment in which a crash loses it. */
  const keep = async (): Promise<string> => {
    setQuick(NOTHING);
    const id = await create({ ...EMPTY_FIELDS, title, dateDue, repeats: when?.repeats ?? null });
    setQuick((now) => {
      if (now === NOTHING) writeDraft("quick", null);
      return now;
    });
    announce(t.quick.added(title));
    return id;
  };

  const add = (): void => {
    input.current?.focus();
    if (title !== "" && !tooLong) void keep();
  };

  const details = async (): Promise<void> => {
    if (title === "" || tooLong) go("/new");
    else go(pathOfTodo(await keep()));
  };

  // Opens and closes with the focus, but not under a pointer that is down: its click would miss what it aims at.
  const follow = (form: HTMLFormElement): void => afterPress(() => setInside(form.contains(document.activeElement)));

  const open = inside || quick.title !== "" || quick.day != null;
  return (
    <form
      class={`quick ${open ? "open" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
      onFocusIn={(event) => {
        loadReader().catch(() => undefined);
        follow(event.currentTarget);
      }}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) follow(event.currentTarget);
      }}
    >
      <div class="quick-line">
        <Icon name="plus" />
        <input
          ref={input}
          id="quick-add"
          class="quick-title"
          dir="auto"
          type="text"
          enterkeyhint="done"
          autocomplete="off"
          aria-label={t.quick.label}
          aria-invalid={tooLong ? "true" : undefined}
          aria-describedby={tooLong ? "quick-problem" : undefined}
          placeholder={t.quick.hint}
          value={quick.title}
          onInput={(event) => set({ ...quick, title: event.currentTarget.value })}
          onPaste={(event) => {
            const text = event.clipboardData?.getData("text/plain") ?? "";
            if (!/\S[^\S\r\n]*[\r\n]+\s*\S/.test(text)) return;
            event.preventDefault();
            setPasted(text);
          }}
        />
        <button type="button" class="icon-button" aria-label={t.quick.more} title={t.quick.more} onClick={() => void details()}>
          <Icon name="details" />
        </button>
        {open && (
          <button type="submit" class="button primary small" disabled={title === ""}>
            {t.quick.add}
          </button>
        )}
      </div>
      {tooLong && (
        <p class="problem" id="quick-problem" role="alert">
          <Icon name="alert" />
          {t.quick.tooLong(LIMITS.title)}
        </p>
      )}
      {pasted !== null && (
        <PastedLines
          text={pasted}
          day={quick.day === undefined ? usual : quick.day}
          onDone={(line) => {
            setPasted(null);
            if (line !== null) set({ ...quick, title: quick.title + line });
            input.current?.focus();
          }}
        />
      )}
      {open && pasted === null && (
        <div class="quick-more">
          <span role="status">
            {when !== null && (
              <button
                type="button"
                class="chip found"
                aria-label={t.quick.found(dayText(when.day), when.words)}
                title={t.quick.keepWords(when.words)}
                onClick={() => {
                  set({ ...quick, kept: when.words });
                  input.current?.focus();
                }}
              >
                <Icon name={when.repeats === null ? "calendar" : "repeat"} />
                {when.words}
                <Icon name="close" />
              </button>
            )}
          </span>
          <DueField value={dateDue} onChange={(day) => set({ ...quick, day })} />
        </div>
      )}
    </form>
  );
}
