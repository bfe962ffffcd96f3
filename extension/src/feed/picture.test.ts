import { expect, test } from "vitest";
import { type Facts, kindOf } from "./picture";

const photo: Facts = {
  address: "https://cdn.example/a.jpg",
  naturalWidth: 1080,
  naturalHeight: 720,
  width: 540,
  height: 360,
  round: false,
};

test.each<[string, Partial<Facts>, string]>([
  ["a photograph in a post", {}, "content"],
  ["exactly the minimum", { width: 96, height: 96, naturalWidth: 64, naturalHeight: 64 }, "content"],
  ["shown one pixel below the minimum", { height: 95 }, "ornament"],
  ["natural side one pixel below the minimum", { naturalHeight: 63 }, "ornament"],
  ["a tracking pixel blown up", { naturalWidth: 1, naturalHeight: 1 }, "ornament"],
  ["an avatar", { width: 40, height: 40, round: true }, "ornament"],
  ["a large round portrait", { width: 150, height: 150, round: true }, "ornament"],
  ["a very large round picture", { width: 400, height: 400, round: true }, "content"],
  ["a drawing", { address: "https://cdn.example/logo.svg?v=2" }, "ornament"],
  ["a drawing in the page", { address: "data:image/svg+xml,<svg/>" }, "ornament"],
  ["svg in the query alone", { address: "https://cdn.example/a.jpg?from=logo.svg" }, "content"],
  ["not loaded yet", { naturalWidth: 0, naturalHeight: 0 }, "later"],
  ["not laid out", { width: 0, height: 0 }, "later"],
  ["without an address", { address: "" }, "later"],
])("%s is %o: %s", (_, change, kind) => {
  expect(kindOf({ ...photo, ...change })).toBe(kind);
});
