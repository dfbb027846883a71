import { defineConfig } from "vite";

// The page runs under a Content-Security-Policy without inline script, inline style or data: URLs, so nothing may be
// inlined: no asset as data:, no polyfill as a script of its own.
export default defineConfig({
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  // `npm run dev` serves the page with hot reload; everything else comes from `make run`.
  server: {
    proxy: { "/api": "http://127.0.0.1:8000", "/config.json": "http://127.0.0.1:8000" },
  },
});
