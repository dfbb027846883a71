/** The end of a list: loads its next page when it comes near. */
import { useEffect, useRef } from "preact/hooks";
import type { Listing } from "../listing";
import { t } from "../strings";

export function LoadMore({ listing }: { listing: Listing }) {
  const end = useRef<HTMLDivElement>(null);
  const phase = listing.phase.value;
  const next = listing.next.value;
  useEffect(() => {
    if (phase !== "ready" || next === null || !end.current) return undefined;
    // Made again for every page: a new observer reports at once, so that a short or empty page asks for the next one.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void listing.more();
      },
      { rootMargin: "600px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [listing, phase, next]);
  return (
    <>
      <div ref={end} class="more" role="status">
        {(phase === "more" || phase === "loading") && t.app.loading}
      </div>
      {next !== null && <p class="printed">{t.list.printed}</p>}
    </>
  );
}
