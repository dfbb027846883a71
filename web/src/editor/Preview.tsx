/** A picture, large; the arrows go to the next one. */
import { useState } from "preact/hooks";
import type { Attachment } from "../model";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { words } from "./strings";

interface Properties {
  pictures: readonly Attachment[];
  shown: string;
  onShow: (fileID: string) => void;
  onClose: () => void;
}

export function Preview({ pictures, shown, onShow, onClose }: Properties) {
  const [broken, setBroken] = useState<string | null>(null);
  const at = pictures.findIndex((picture) => picture.fileID === shown);
  const picture = pictures[at];
  if (picture === undefined) return null;
  const step = (by: number): void => {
    const next = pictures[(at + by + pictures.length) % pictures.length];
    if (next) onShow(next.fileID);
  };
  return (
    <Dialog label={picture.fileName} onClose={onClose} class="preview">
      <div
        class="preview-body"
        onKeyDown={(event) => {
          if (event.key === "ArrowRight" || event.key === "ArrowLeft")
            step((event.key === "ArrowRight") === (document.dir !== "rtl") ? 1 : -1);
        }}
      >
        <div class="preview-head">
          <bdi class="file-name">{picture.fileName}</bdi>
          {pictures.length > 1 && <span class="hint">{words.files.of(at + 1, pictures.length)}</span>}
          {pictures.length > 1 && (
            <>
              <button type="button" class="icon-button" aria-label={words.files.previous} onClick={() => step(-1)}>
                <Icon name="back" />
              </button>
              <button type="button" class="icon-button" aria-label={words.files.next} onClick={() => step(1)}>
                <Icon name="next" />
              </button>
            </>
          )}
          <a
            class="icon-button"
            href={picture.filePath}
            download={picture.fileName}
            aria-label={words.files.download(picture.fileName)}
          >
            <Icon name="download" />
          </a>
          <button type="button" class="icon-button" aria-label={words.files.close} onClick={onClose} autofocus>
            <Icon name="close" />
          </button>
        </div>
        {broken === picture.fileID ? (
          <p class="empty">{words.files.noPicture}</p>
        ) : (
          <img key={picture.fileID} src={picture.filePath} alt={picture.fileName} onError={() => setBroken(picture.fileID)} />
        )}
      </div>
    </Dialog>
  );
}
