import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { loadConfig } from "./api";
import { watchConnection } from "./connection";
import { watchToday } from "./dates";
import { watchFreshness } from "./freshness";
import { watchDrops } from "./drops";
import { startWorker } from "./offline";
import { drain, hear } from "./outbox";
import { Icon } from "./parts/Icon";
import { persist } from "./parts/lazy";
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
  listen(sub, (news) => void hear(news));
  void keepLists();
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
