import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const PUBLIC = join(import.meta.dirname, "public");
// Fetched when a page needs it, and kept from then on.
const ON_DEMAND = /latin-ext|icon-/;

// What the first list needs, and what the form to log in needs besides.
const PAGE =
  /\/src\/(?!amplify|cognito|auth\/|editor\/|account\/|plan\/|sender|shortcuts|styles\/print|parts\/Dialog)|\/node_modules\/(?:preact|@preact|idb)\/|vite/;
const FORMS = /\/src\/auth\/(?!Registration)|\/parts\/Dialog/;

/** Writes sw.js: worker.js with the names of all files of this build. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const built = Object.values(bundle).map((file) => ({
          name: file.fileName,
          content: file.type === "chunk" ? file.code : file.source,
        }));
        const kept = readdirSync(PUBLIC).map((name) => ({ name, content: readFileSync(join(PUBLIC, name)) }));
        const files = [...built, ...kept].filter(({ name }) => !ON_DEMAND.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
        const hash = createHash("sha256");
        for (const { name, content } of files) hash.update(name).update(content);
        const paths = files.map(({ name }) => (name === "index.html" ? "/" : `/${name}`));
        const source = readFileSync(join(import.meta.dirname, "worker.js"), "utf8")
          .replace("__VERSION__", hash.digest("hex").slice(0, 16))
          .replace("__FILES__", JSON.stringify(paths));
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}

// The page runs under a Content-Security-Policy without inline script, inline style or data: URLs, so nothing may be
// inlined: no asset as data:, no polyfill as a script of its own.
export default defineConfig({
  plugins: [serviceWorker()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // What is needed together is one file, which compresses better: what is shared does not get a file each.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "page", test: PAGE },
            { name: "forms", test: FORMS },
            { name: "plan", test: /\/src\/plan\// },
          ],
          includeDependenciesRecursively: false,
        },
      },
    },
  },
  // `npm run dev` serves the page with hot reload; everything else comes from `make run`.
  server: {
    proxy: { "/api": "http://127.0.0.1:8000", "/config.json": "http://127.0.0.1:8000" },
  },
});
