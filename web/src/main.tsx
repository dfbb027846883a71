import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { loadConfig } from "./api";
import { watchConnection } from "./connection";
import { watchToday } from "./dates";
import { settle } from "./known";
import { startWorker } from "./offline";
import { drain } from "./outbox";
import { Icon } from "./parts/Icon";
import { watchLinks } from "./router";
import { person, start, state } from "./session";
import { watchKeys } from "./shortcuts";
import { durable, entries, readEntries } from "./store";
import { t } from "./strings";
import { listen } from "./tabs";
import { keepLists, list, loadList } from "./todos";
import { losing, resumeUploads } from "./uploads";

/** A page that was out of sight for longer than this catches up when it is looked at again. */
const STALE_MS = 60_000;

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app.");

watchToday();
watchConnection();
watchLinks();
watchKeys();
render(<App />, root);

const stop = effect(() => {
  if (state.value !== "in") return;
  queueMicrotask(() => {
    stop();
    takeUp(person.value?.sub ?? "");
  });
});

/** What an earlier page could not send is sent now, and the tabs hear of each other. */
function takeUp(sub: string): void {
  listen(sub, (news) => {
    if (news.kind === "stored") settle(news.item);
    else void readEntries().then(drain); // If that tab is closed, this one sends.
  });
  void keepLists();
  void drain();
  void resumeUploads();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || state.value !== "in") return;
  if (list.loadedAt > 0 && Date.now() - list.loadedAt > STALE_MS && list.next.value === null) void loadList();
});

addEventListener("beforeunload", (event) => {
  // The browser asks. Everything that it keeps needs no question.
  if (losing() || (!durable.value && entries.value.length > 0)) event.preventDefault();
});

async function boot(at: HTMLElement): Promise<void> {
  try {
    await start(await loadConfig());
    startWorker();
  } catch {
    const again = (): void => location.reload();
    render(
      <main class="boot">
        <h1>{t.app.name}</h1>
        <div class="trouble" role="alert">
          <p>
            <Icon name="alert" />
            {t.app.configFailed}
          </p>
          <button type="button" class="button" onClick={again}>
            {t.app.tryAgain}
          </button>
        </div>
      </main>,
      at,
    );
  }
}

void boot(root);
