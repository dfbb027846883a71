/** Logging out would lose what the server does not have yet: asks first. */
import { waiting } from "../outbox";
import { t } from "../strings";
import { uploads } from "../editor/uploads";
import { Dialog } from "../parts/Dialog";

/** How many changes and files wait in this browser. */
export function unsent(): number {
  return waiting.value + uploads.value.filter((upload) => upload.phase !== "refused").length;
}

export function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return (
    <Dialog label={t.account.leave} onClose={onStay}>
      <h2>{t.account.leave}</h2>
      <p>{t.account.leaveUnsent(unsent())}</p>
      <div class="actions">
        <button type="button" class="button primary" onClick={onStay}>
          {t.account.stay}
        </button>
        <button type="button" class="button danger" onClick={onLeave}>
          {t.account.leaveAnyway}
        </button>
      </div>
    </Dialog>
  );
}
