/** A file on its way: in its to-do, or in the tray while that is not open. */
import { sizeText } from "./texts";
import { focusNext } from "../focus";
import { Icon } from "../parts/Icon";
import { words } from "./strings";
import { cancel, retry, type Upload } from "./uploads";

interface Properties {
  upload: Upload;
  /** Where the focus goes after the last one. */
  otherwise: () => HTMLElement | null;
}

export function UploadRow({ upload, otherwise }: Properties) {
  const { key, file, phase, sent, why } = upload;
  const failed = phase === "failed" || phase === "refused";
  return (
    <li class={`file upload ${phase}`}>
      <span class="thumb">
        <Icon name={failed ? "alert" : "file"} />
      </span>
      <span class="file-body">
        <bdi class="file-name">{file.name}</bdi>
        {failed ? (
          <span class="problem" role="alert">
            {why}
          </span>
        ) : (
          <>
            <progress max={Math.max(1, file.size)} value={sent} aria-label={words.files.progress(file.name)} />
            <span class="hint">
              {phase === "waiting"
                ? words.files.waiting
                : phase === "checking"
                  ? words.files.checking
                  : words.files.sent(sizeText(sent), sizeText(file.size))}
            </span>
          </>
        )}
      </span>
      {phase === "failed" && (
        <button
          type="button"
          class="icon-button"
          aria-label={words.files.retry(file.name)}
          title={words.files.retryShort}
          onClick={() => retry(key)}
        >
          <Icon name="restore" />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={failed ? words.files.dismiss(file.name) : words.files.cancel(file.name)}
        data-delete
        onClick={(event) => {
          focusNext(event.currentTarget, otherwise);
          cancel(key);
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
