import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as account from "../src/account/strings";
import * as auth from "../src/auth/strings";
import * as editor from "../src/editor/strings";
import * as page from "../src/strings";

const SOURCE = join(import.meta.dirname, "..", "src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));

function naming(pattern: RegExp): string[] {
  return files.filter((name) => pattern.test(readFileSync(join(SOURCE, name), "utf8"))).sort();
}

it("has one place that talks to the network", () => {
  expect(naming(/\bfetch\(|XMLHttpRequest\(/)).toEqual(["api.ts"]);
});
it("has one place that knows Cognito, behind one that knows the session", () => {
  expect(naming(/from "aws-amplify/)).toEqual(["amplify.ts", "cognito.ts"]);
  expect(naming(/(from|import\() ?"[./]+(cognito|amplify)"/)).toEqual(["session.ts"]);
});
it("writes no markup from strings", () => {
  expect(naming(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/)).toEqual([]);
});
it("has its sentences in the files named strings.ts alone", () => {
  const words = /[A-Za-z]{2}/;
  const spoken = files.flatMap((name) => {
    const text = readFileSync(join(SOURCE, name), "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    const attributes = [...text.matchAll(/\b(?:aria-label|aria-description|title|placeholder|alt|label)="([^"]*)"/g)];
    const children = name.endsWith(".tsx") ? [...text.matchAll(/<\/?[a-zA-Z][^<>=]*>([^<>{}()=;]+)<\//g)] : [];
    return [...attributes, ...children].map((match) => match[1] ?? "").filter((found) => words.test(found));
  });
  expect(spoken).toEqual([]);
});
it("shows every sentence it has", () => {
  const code = files
    .filter((name) => !name.endsWith("strings.ts"))
    .map((name) => readFileSync(join(SOURCE, name), "utf8"))
    .join("\n");
  const uses = (path: string, end: string): boolean => new RegExp(`\\b${path}\\b${end}`).test(code);
  /** The paths of sentences below `path` of which neither the code has the name, nor that of what they are part of. */
  const unused = (sentences: object, path: string): string[] =>
    Object.entries(sentences).flatMap(([name, found]) => {
      const at = `${path}.${name}`;
      const inside = typeof found === "object" && !Array.isArray(found);
      if (uses(at, inside ? "(?!\\.)" : "")) return [];
      return inside ? unused(found, at) : [at];
    });
  const all = { t: page.t, forms: auth.forms, words: { ...account.words, ...editor.words } };
  expect(Object.entries(all).flatMap(([name, sentences]) => unused(sentences, name))).toEqual([]);
});
it("keeps modules short", () => {
  const long = files.filter((name) => readFileSync(join(SOURCE, name), "utf8").split("\n").length > 300 && name !== "strings.ts");
  expect(long).toEqual([]);
});
