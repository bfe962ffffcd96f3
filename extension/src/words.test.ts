// The messages are whole in every language: the same keys and placeholders, each key of use in some source, each
// used one there, and no words of ours outside of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import english from "../public/_locales/en/messages.json";

type Message = { message: string; placeholders?: Record<string, { content: string }> };
type Messages = Record<string, Message>;

const FOLDER = join(import.meta.dirname, "../public/_locales");
const LANGUAGES = readdirSync(FOLDER);
const read = (language: string): Messages =>
  JSON.parse(readFileSync(join(FOLDER, language, "messages.json"), "utf8"));
const messages = Object.entries(english as Messages);

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
const textOf = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");
const sources = files
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map(textOf)
  .concat(textOf("../wxt.config.ts"))
  .join("\n");

const used = ({ message }: Message) => new Set(message.match(/\$\w+\$/g)?.map((name) => name.toLowerCase()));

test("there are four languages, and each names itself", () => {
  expect(LANGUAGES.sort()).toEqual(["de", "en", "es", "fr"]);
  for (const language of LANGUAGES) expect(read(language)["language"]?.message).toBe(language);
});

test.each(messages)("%s declares its placeholders", (_, message) => {
  const declared = Object.keys(message.placeholders ?? {}).map((name) => `$${name}$`);
  expect(used(message)).toEqual(new Set(declared));
});

test.each(LANGUAGES)("%s has the same keys, with the same placeholders", (language) => {
  const other = read(language);
  expect(Object.keys(other)).toEqual(Object.keys(english));
  for (const [key, message] of messages) {
    expect([key, other[key]?.placeholders]).toEqual([key, message.placeholders]);
    expect([key, other[key] && used(other[key])]).toEqual([key, used(message)]);
    expect([key, other[key]?.message.trim()]).not.toEqual([key, ""]);
  }
});

test.each(messages)("%s is of use", (key) => {
  expect(new RegExp(`["_]${key}["_]`).test(sources)).toBe(true);
});

test("the manifest uses no key that is not there", () => {
  const keys = [...sources.matchAll(/__MSG_(\w+?)__/g)].map((match) => match[1] ?? "");
  expect(keys.filter((key) => !(key in english))).toEqual([]);
});

test.each(files.filter((file) => file.endsWith(".html")))("%s holds no words but the name", (file) => {
  const words = textOf(file)
    .replace(/<[^>]*>/g, " ")
    .trim();
  expect(new Set(words.split(/\s+/))).toEqual(
    file.includes("sites") ? expect.anything() : new Set(["Candid"]),
  );
});

// Each finds words that go to the reader without a key.
const LITERAL = String.raw`["'\x60][^"'\x60]*\p{L}`;
const UNSPOKEN = [
  String.raw`\.(?:textContent|innerText|title|ariaLabel|placeholder|alt)\s*=\s*${LITERAL}`,
  String.raw`\.(?:append|prepend|replaceChildren)\(\s*${LITERAL}`,
  String.raw`setAttribute\(\s*"(?:aria-label|title|alt|placeholder)",\s*${LITERAL}`,
  String.raw`\b(?:"aria-label"|title|alt|placeholder): ${LITERAL}`,
  String.raw`\bmake\(\s*"(?!code")\w+",\s*\{[^{}]*\},\s*${LITERAL}`, // commands are the same in all languages
  String.raw`\belement\(\s*page,\s*"\w+",\s*${LITERAL}`,
  String.raw`\bbutton\(\s*(?:page,\s*)?"[\w-]+",\s*${LITERAL}`,
  String.raw`\btoggle\(\s*"[\w-]+",\s*${LITERAL}`,
].map((pattern) => new RegExp(pattern, "gu"));
const unspoken = (text: string) => {
  const bare = text.replaceAll(/\$\{[^{}]*\}/g, ""); // what is put into a template is no literal
  return UNSPOKEN.flatMap((pattern) => bare.match(pattern) ?? []);
};

test.each([
  'word.textContent = "Fake";',
  'made.append("Why?");',
  'close.setAttribute("aria-label", "Close");',
  'make("p", { class: "note" }, "Nothing here")',
  'element(page, "h2", `Fake`)',
  'button("again", "Try again", act)',
  'make("img", { alt: "A picture" })',
])("words in the code are found: %s", (line) => {
  expect(unspoken(line)).toHaveLength(1);
});

test.each(files.filter((file) => file.endsWith(".ts") && !/\.test\.ts$|^testing/.test(file)))(
  "%s has its words from the messages",
  (file) => {
    expect(unspoken(textOf(file))).toEqual([]);
  },
);
