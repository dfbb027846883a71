/** Logging out would lose what the server does not have yet: asks first. */
import { waiting } from "../outbox";
import { uploads } from "../editor/uploads";
import { Dialog } from "../parts/Dialog";
import { words } from "./strings";

/** How many changes and files wait in this browser. */
export function unsent(): number {
  return waiting.value + uploads.value.filter((upload) => upload.phase !== "refused").length;
}

export function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return (
    <Dialog label={words.settings.leave} onClose={onStay}>
      <h2>{words.settings.leave}</h2>
      <p>{words.settings.leaveUnsent(unsent())}</p>
      <div class="actions">
        <button type="button" class="button primary" onClick={onStay}>
          {words.settings.stay}
        </button>
        <button type="button" class="button danger" onClick={onLeave}>
          {words.settings.leaveAnyway}
        </button>
      </div>
    </Dialog>
  );
}
