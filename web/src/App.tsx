/** Which face the page shows: starting, before the log-in, after it. */
import { Banner } from "./parts/Banner";
import { Skeleton } from "./parts/Empty";
import { lazy } from "./parts/lazy";
import { Toasts } from "./parts/Toasts";
import { state } from "./session";
import { t } from "./strings";
import { Shell } from "./views/Shell";

const AuthViews = lazy(async () => (await import("./auth/AuthViews")).AuthViews);

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
