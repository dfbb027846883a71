/** Says that the server cannot be reached, and what becomes of the visitor's work. */
import { connection, tryNow } from "../connection";
import { waiting } from "../outbox";
import { durable } from "../store";
import { t } from "../strings";
import { Icon } from "./Icon";

export function Banner() {
  const state = connection.value;
  return (
    <div class="banner-place" role="status">
      {state !== "ok" && (
        <div class="banner">
          <Icon name="alert" />
          <span>
            {t.connection[state]} {durable.value ? t.connection.kept(waiting.value) : t.connection.stay}
          </span>
          <button type="button" class="button small" onClick={tryNow}>
            {t.connection.now}
          </button>
        </div>
      )}
    </div>
  );
}
