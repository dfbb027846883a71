/** Taking everything along. */
import { useEffect, useRef, useState } from "preact/hooks";
import { sentence } from "../errors";
import { Problem } from "../auth/submit";
import { archive, packed } from "./archive";
import { words } from "./strings";

export function ExportData() {
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const save = async (): Promise<void> => {
    const { signal } = (running.current = new AbortController());
    setProblem(null);
    try {
      download(await archive(signal), words.taken.fileName);
    } catch (error) {
      if (!signal.aborted) setProblem(sentence(error));
    }
  };
  const busy = packed.value !== null;
  return (
    <div class="card">
      <h2>{words.taken.heading}</h2>
      <p class="hint" role="status">
        {packed.value === null ? words.taken.text : words.taken.progress(packed.value)}
      </p>
      <button type="button" class="button" onClick={() => (busy ? running.current?.abort() : void save())}>
        {busy ? words.taken.cancel : words.taken.save}
      </button>
      <Problem text={problem} />
    </div>
  );
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // The browser has started to save it by then.
}
