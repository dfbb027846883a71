import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { loadConfig } from "./api";
import { watchConnection } from "./connection";
import { watchToday } from "./dates";
import { Icon } from "./parts/Icon";
import { watchLinks } from "./router";
import { start, state } from "./session";
import { watchKeys } from "./shortcuts";
import { t } from "./strings";
import { list, loadList, sendUnsent } from "./todos";
import { sending } from "./uploads";

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
    sendUnsent();
  });
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || state.value !== "in") return;
  if (list.loadedAt > 0 && Date.now() - list.loadedAt > STALE_MS && list.next.value === null) void loadList();
});

addEventListener("beforeunload", (event) => {
  if (sending()) event.preventDefault(); // The browser asks; everything else that is unsaved is kept anyway.
});

async function boot(at: HTMLElement): Promise<void> {
  try {
    await start(await loadConfig());
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
