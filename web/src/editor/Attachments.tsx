/** The files of a to-do: chosen, dropped or pasted; shown, downloaded, deleted. */
import { useEffect, useRef, useState } from "preact/hooks";
import { sizeText } from "../dates";
import { focusNext } from "../focus";
import { isLeaving, sentence } from "../errors";
import { attachments, isPicture, loadAttachments, removeAttachment } from "./attachments";
import type { Attachment } from "../model";
import { t } from "../strings";
import { attach, cancel, retry, type Upload, uploads } from "./uploads";
import { Icon } from "../parts/Icon";
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
  const [dragging, setDragging] = useState(false);

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
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDragging(false);
    };
    const dropped = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setDragging(false);
      attach(todoID, [...event.dataTransfer.files]);
    };
    document.addEventListener("paste", paste);
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", dropped);
    return () => {
      document.removeEventListener("paste", paste);
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", dropped);
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
          <UploadRow key={upload.key} upload={upload} />
        ))}
      </ul>
      <div class={`drop ${dragging ? "dragging" : ""}`}>
        <Icon name="clip" />
        {dragging ? (
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

function UploadRow({ upload }: { upload: Upload }) {
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
          focusNext(event.currentTarget, chooseButton);
          cancel(key);
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
