// @vitest-environment jsdom
import { expect, test } from "vitest";
import { givenIn, sourceOf } from "./given";

const picture = new File(["bytes"], "a.png", { type: "image/png" });
const text = new File(["words"], "a.txt", { type: "text/plain" });
const data = (files: File[], texts: Record<string, string> = {}) =>
  ({ files, getData: (type: string) => texts[type] ?? "" }) as unknown as DataTransfer;

test.each([
  ["a picture's file", data([text, picture]), { kind: "file", file: picture }],
  [
    "a file before its address",
    data([picture], { "text/uri-list": "https://a.example/a.png" }),
    { kind: "file" },
  ],
  ["an address", data([], { "text/uri-list": "# from\nhttps://a.example/a.png" }), { kind: "address" }],
  [
    "an address as text",
    data([], { "text/plain": " https://a.example/a.png" }),
    { address: "https://a.example/a.png" },
  ],
])("%s is taken", (_, given, expected) => {
  expect(givenIn(given)).toMatchObject(expected);
});

test.each([
  ["nothing", null],
  ["another file", data([text])],
  ["words", data([], { "text/plain": "hello" })],
  ["a script", data([], { "text/uri-list": "javascript:alert(1)" })],
  ["a file's address", data([], { "text/uri-list": "file:///etc/passwd" })],
])("%s is not", (_, given) => {
  expect(givenIn(given)).toBeNull();
});

test("a file travels as its bytes", async () => {
  const source = await sourceOf({ kind: "file", file: picture });
  expect(source).toEqual({ kind: "data", url: "data:image/png;base64,Ynl0ZXM=" });
});
