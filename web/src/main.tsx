import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { loadConfig } from "./api";
import { watchConnection } from "./connection";
import { headingDay, today, watchToday } from "./dates";
import { watchFreshness } from "./freshness";
import { watchDrops } from "./drops";
import { startWorker } from "./offline";
import { drain, hear } from "./outbox";
import { Icon } from "./parts/Icon";
import { afterPaint, persist } from "./parts/lazy";
import { watchLinks } from "./router";
import { person, start, state } from "./session";
import { durable, entries } from "./store";
import { t } from "./strings";
import { listen } from "./tabs";
import { tray } from "./toasts";
import { keepLists } from "./todos";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app.");

watchToday();
watchConnection();
watchLinks();
watchDrops();

// Before the page is drawn: its first view has the lists as they were last.
const stop = effect(() => {
  if (state.value !== "in") return;
  queueMicrotask(() => {
    stop();
    keepLists();
    listen(person.value?.sub ?? "", (news) => void hear(news));
    afterPaint(takeUp);
  });
});

/** What an earlier page could not send is sent now. */
function takeUp(): void {
  void drain();
  void persist(async () => {
    const { Tray, resumeUploads } = await import("./editor/Tray");
    tray.value = Tray;
    await resumeUploads();
  });
  void persist(async () => (await import("./shortcuts")).watchKeys());
  watchFreshness();
}

addEventListener("beforeunload", (event) => {
  // The browser asks. Everything that it keeps needs no question.
  if (!durable.value && entries.value.length > 0) event.preventDefault();
});

function Failed() {
  return (
    <main class="boot">
      <h1>{t.app.name}</h1>
      <div class="trouble" role="alert">
        <p>
          <Icon name="alert" />
          {t.app.configFailed}
        </p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {t.app.tryAgain}
        </button>
      </div>
    </main>
  );
}

/** A session that this browser keeps is there sooner than this, and does not wait for "Loading…" to be drawn. */
const SOON_MS = 200;

async function boot(at: HTMLElement): Promise<void> {
  const timer = setTimeout(() => render(<App />, at), SOON_MS);
  let face = <App />;
  try {
    const starting = start(await loadConfig());
    headingDay(today.value); // The first format takes longest, and the browser is reading what it keeps.
    await starting;
    startWorker();
  } catch {
    face = <Failed />;
  }
  clearTimeout(timer);
  render(face, at);
}

void boot(root);
