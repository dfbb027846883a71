// Holds what is fetched before there is something to do to its budgets, compressed as CloudFront sends it at worst (gzip): before
// the first list of a visitor who is logged in, and before one who is not can log in.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const LIST_BUDGET = 60_000; // bytes
const FIRST_BUDGET = 100_000;
const DIST = join(import.meta.dirname, "dist");
// Fetched only where a page shows a letter beyond Latin-1; parts of the page that are loaded after the first list; what an
// installed page has besides.
const ON_DEMAND =
  /latin-ext|(View|Dialog|Tray|dropped|uploads|strings|plan|account|pane|Registration|sender|shortcuts|amplify)-.+\.(js|css)$|icon-.+\.png$|webmanifest$|sw\.js$/;
const LOG_IN = /(cognito|forms|rolldown-runtime)-.+\.(js|css)$/;

const names = [
  ...readdirSync(DIST).filter((name) => extname(name) !== ""),
  ...readdirSync(join(DIST, "assets")).map((name) => join("assets", name)),
];
let list = 0;
let logIn = 0;
for (const name of names.sort()) {
  const content = readFileSync(join(DIST, name));
  const size = extname(name) === ".woff2" ? content.length : gzipSync(content, { level: 9 }).length;
  const later = ON_DEMAND.test(name);
  if (LOG_IN.test(name)) logIn += size;
  else if (!later) list += size;
  console.log(
    `${String(size).padStart(7)}  ${name}${later ? "  (on demand, not counted)" : LOG_IN.test(name) ? "  (log-in)" : ""}`,
  );
}
let failed = false;
for (const [what, total, budget] of [
  ["before the first list", list, LIST_BUDGET],
  ["before somebody can log in", list + logIn, FIRST_BUDGET],
]) {
  console.log(`${String(total).padStart(7)}  ${what}, of ${budget}`);
  if (total <= budget) continue;
  console.error(`${total - budget} bytes too many ${what}. Load something later, or leave it out.`);
  failed = true;
}
if (failed) process.exit(1);
