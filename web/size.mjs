// Holds the first load to its budget: everything a first visit fetches, compressed as CloudFront sends it at worst (gzip).
// The auth library is a chunk of its own, loaded after the first paint, but it counts: a visitor needs it to log in.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET = 100_000; // bytes
const DIST = join(import.meta.dirname, "dist");
// Fetched only where a page shows a letter beyond Latin-1; parts of the page that are loaded after the first list; icons of an
// installed page.
const ON_DEMAND = /latin-ext|(View|Dialog|uploads|strings)-.+\.(js|css)$|icon-.+\.png$/;

const names = [
  ...readdirSync(DIST).filter((name) => extname(name) !== ""),
  ...readdirSync(join(DIST, "assets")).map((name) => join("assets", name)),
];
let total = 0;
for (const name of names.sort()) {
  const content = readFileSync(join(DIST, name));
  const size = extname(name) === ".woff2" ? content.length : gzipSync(content, { level: 9 }).length;
  const counts = !ON_DEMAND.test(name);
  if (counts) total += size;
  console.log(`${String(size).padStart(7)}  ${name}${counts ? "" : "  (on demand, not counted)"}`);
}
console.log(`${String(total).padStart(7)}  first load, of ${BUDGET}`);
if (total > BUDGET) {
  console.error(`The first load has ${total - BUDGET} bytes too many. Load something later, or leave it out.`);
  process.exit(1);
}
