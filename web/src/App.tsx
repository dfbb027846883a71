/** Which face the page shows: starting, before the log-in, after it. */
import { Banner } from "./parts/Banner";
import { Skeleton } from "./parts/Empty";
import { Toasts } from "./parts/Toasts";
import { state } from "./session";
import { t } from "./strings";
import { AuthViews } from "./views/AuthViews";
import { Shell } from "./views/Shell";

export function App() {
  return (
    <>
      {state.value === "starting" && (
        <main class="boot" aria-busy="true">
          <h1 class="unseen">{t.app.loading}</h1>
          <Banner />
          <Skeleton />
        </main>
      )}
      {state.value === "out" && <AuthViews />}
      {(state.value === "in" || state.value === "ended") && <Shell />}
      <Toasts />
    </>
  );
}
