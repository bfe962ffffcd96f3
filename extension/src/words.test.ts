// The English messages are whole: every placeholder is declared, every key is of use in some source.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import english from "../public/_locales/en/messages.json";

type Message = { message: string; placeholders?: Record<string, { content: string }> };
const messages = Object.entries(english as Record<string, Message>);

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"))
  .concat(readFileSync(join(import.meta.dirname, "../wxt.config.ts"), "utf8"))
  .join("\n");

test.each(messages)("%s declares its placeholders", (_, { message, placeholders = {} }) => {
  const used = [...message.matchAll(/\$(\w+)\$/g)].map((match) => match[1]?.toLowerCase());
  expect(new Set(used)).toEqual(new Set(Object.keys(placeholders)));
});

test.each(messages)("%s is of use", (key) => {
  expect(new RegExp(`["_]${key}["_]`).test(sources)).toBe(true);
});
