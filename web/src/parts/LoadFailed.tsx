/** A list that could not be loaded, and the way to try again. */
import type { Listing } from "../listing";
import { t } from "../strings";
import { Icon } from "./Icon";

export function LoadFailed({ listing, text, again }: { listing: Listing; text: string; again: () => Promise<void> }) {
  if (listing.phase.value !== "failed") return null;
  return (
    <div class="trouble" role="alert">
      <p>
        <Icon name="alert" />
        {text} {listing.why.value}
      </p>
      <button type="button" class="button" onClick={() => void (listing.next.value === null ? again() : listing.more())}>
        {t.app.tryAgain}
      </button>
    </div>
  );
}
