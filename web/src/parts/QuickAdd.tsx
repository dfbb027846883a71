/** Adds a to-do in one line. What is typed is kept until it is added. */
import { useRef, useState } from "preact/hooks";
import { readDraft, writeDraft } from "../drafts";
import { afterPress } from "../focus";
import { EMPTY_FIELDS, LIMITS } from "../model";
import { go, pathOfTodo } from "../router";
import { t } from "../strings";
import { announce } from "../toasts";
import { create } from "../todos";
import { DueField } from "./DueField";
import { Icon } from "./Icon";

interface Quick {
  title: string;
  dateDue: string | null;
}

const NOTHING: Quick = { title: "", dateDue: null };

export function QuickAdd() {
  const [quick, setQuick] = useState<Quick>(() => readDraft<Quick>("quick") ?? NOTHING);
  const [inside, setInside] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const set = (next: Quick): void => {
    setQuick(next);
    writeDraft("quick", next.title === "" && next.dateDue === null ? null : next);
  };
  const title = quick.title.trim();
  const tooLong = [...title].length > LIMITS.title;

  /** The draft goes when the to-do is kept: between the two lies no moment in which a crash loses it. */
  const keep = async (): Promise<string> => {
    const { dateDue } = quick;
    setQuick(NOTHING);
    const id = await create({ ...EMPTY_FIELDS, title, dateDue });
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

  const open = inside || quick.title !== "" || quick.dateDue !== null;
  return (
    <form
      class={`quick ${open ? "open" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
      onFocusIn={(event) => follow(event.currentTarget)}
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
      {open && (
        <div class="quick-more">
          <DueField value={quick.dateDue} onChange={(dateDue) => set({ ...quick, dateDue })} />
        </div>
      )}
    </form>
  );
}
