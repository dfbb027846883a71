/** The files of a to-do: chosen, dropped or pasted; shown, downloaded, deleted. */
import { useEffect, useRef, useState } from "preact/hooks";
import { sizeText } from "./texts";
import { focusNext } from "../focus";
import { isLeaving, sentence } from "../errors";
import { attachments, isPicture, loadAttachments, removeAttachment } from "./attachments";
import type { Attachment } from "../model";
import { t } from "../strings";
import { UploadRow } from "./UploadRow";
import { attach, uploads } from "./uploads";
import { Icon } from "../parts/Icon";
import { dropping } from "../drops";
import { Preview } from "./Preview";
import { words } from "./strings";

/** Download links live for minutes: they are fetched again before they expire while the to-do is open. */
const RENEW_MS = 4 * 60_000;

interface Properties {
  todoID: string;
  count: number;
  /** The server has the to-do: it can be asked for the files. */
  made: boolean;
}

export function Attachments({ todoID, count, made }: Properties) {
  const [why, setWhy] = useState<string | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (!made) return undefined;
    const loading = new AbortController();
    const load = (): void => {
      loadAttachments(todoID, loading.signal).then(
        () => setWhy(null),
        (error: unknown) => {
          if (!isLeaving(error)) setWhy(sentence(error));
        },
      );
    };
    load();
    const timer = setInterval(load, RENEW_MS);
    return () => {
      clearInterval(timer);
      loading.abort();
    };
  }, [todoID, tries, made]);

  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Spreadsheets and word processors give a picture of the text beside the text: the text is meant.
      if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
      event.preventDefault();
      attach(todoID, files);
    };
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("paste", paste);
    };
  }, [todoID]);

  const files = attachments.value.get(todoID);
  const sending = uploads.value.filter((upload) => upload.todoID === todoID);
  const pictures = files?.filter(isPicture) ?? [];
  return (
    <section class="attachments" aria-labelledby="attachments-heading">
      <div class="attachments-head">
        <h2 id="attachments-heading">{words.files.heading}</h2>
        <span class="hint">{words.files.limit}</span>
      </div>
      {why !== null && (
        <div class="trouble" role="alert">
          <p>
            <Icon name="alert" />
            {words.files.failed} {why}
          </p>
          <button type="button" class="button small" onClick={() => setTries(tries + 1)}>
            {t.app.tryAgain}
          </button>
        </div>
      )}
      {files === undefined && why === null && count > 0 && <div class="skeleton-row" aria-hidden="true" />}
      <ul class="files">
        {files?.map((file) => (
          <FileRow key={file.fileID} file={file} onPreview={isPicture(file) ? () => setShown(file.fileID) : null} />
        ))}
        {sending.map((upload) => (
          <UploadRow key={upload.key} upload={upload} otherwise={chooseButton} />
        ))}
      </ul>
      <div class={`drop ${dropping.value === todoID ? "dragging" : ""}`}>
        <Icon name="clip" />
        {dropping.value === todoID ? (
          <span>{words.files.dropNow}</span>
        ) : (
          <span>
            {words.files.drop}{" "}
            <button type="button" class="link" onClick={() => chooser.current?.click()}>
              {words.files.choose}
            </button>
          </span>
        )}
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={words.files.add}
          onChange={(event) => {
            attach(todoID, [...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {shown !== null && <Preview pictures={pictures} shown={shown} onShow={setShown} onClose={() => setShown(null)} />}
    </section>
  );
}

const chooseButton = (): HTMLElement | null => document.querySelector(".drop .link");

function FileRow({ file, onPreview }: { file: Attachment; onPreview: (() => void) | null }) {
  const [broken, setBroken] = useState(false);
  const picture = onPreview !== null && !broken;
  return (
    <li class="file">
      {picture ? (
        <button type="button" class="thumb" aria-label={words.files.preview(file.fileName)} onClick={onPreview}>
          <img src={file.filePath} alt="" loading="lazy" onError={() => setBroken(true)} />
        </button>
      ) : (
        <span class="thumb">
          <Icon name="file" />
        </span>
      )}
      <span class="file-body">
        <bdi class="file-name">{file.fileName}</bdi>
        <span class="hint">{sizeText(file.size)}</span>
      </span>
      <a class="icon-button" href={file.filePath} download={file.fileName} aria-label={words.files.download(file.fileName)}>
        <Icon name="download" />
      </a>
      <button
        type="button"
        class="icon-button"
        aria-label={words.files.remove(file.fileName)}
        data-delete
        onClick={(event) => {
          focusNext(event.currentTarget, chooseButton);
          void removeAttachment(file);
        }}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}
