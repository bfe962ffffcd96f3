import { expect, test } from "vitest";
import { isInside, refused } from "./address";

const OUTSIDE = ["https://feed.example/"];

test.each([
  "localhost",
  "a.localhost",
  "127.0.0.1",
  "127.9.9.9",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "172.31.255.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "[::1]",
  "[::]",
  "[fd00::1]",
  "[fe80::1]",
  "[::ffff:7f00:1]",
  "[::ffff:a00:1]",
  "router",
  "printer.local",
  "nas.lan",
  "wiki.internal",
  "box.home.arpa",
  "localhost.",
])("%s is inside", (host) => {
  expect(isInside(host)).toBe(true);
});

test.each([
  "cdn.example",
  "8.8.8.8",
  "172.15.0.1",
  "172.32.0.1",
  "100.128.0.1",
  "192.169.0.1",
  "[2606:4700::1]",
  "[::ffff:808:808]",
  "local.example",
  "localhost.example",
])("%s is outside", (host) => {
  expect(isInside(host)).toBe(false);
});

test.each<[string, string, string[], ReturnType<typeof refused>]>([
  ["a picture of the web", "https://cdn.example/a.jpg", OUTSIDE, null],
  ["a router's page asked for by a site", "http://192.168.1.1/a.jpg", OUTSIDE, "download_forbidden"],
  ["the same in other numerals", "http://0xC0.0xA8.1.1/a.jpg", OUTSIDE, "download_forbidden"],
  ["127.1", "http://127.1:8017/a.jpg", OUTSIDE, "download_forbidden"],
  ["a local page's own picture", "http://127.0.0.1:3000/a.jpg", ["http://127.0.0.1:3000/"], null],
  ["a file's picture here", "http://localhost/a.jpg", ["file:///tmp/a.html"], null],
  [
    "a local frame within a site",
    "http://localhost/a.jpg",
    ["http://localhost/", ...OUTSIDE],
    "download_forbidden",
  ],
  ["a page without an address", "http://localhost/a.jpg", ["about:srcdoc"], "download_forbidden"],
  ["a file", "file:///etc/passwd", ["file:///tmp/a.html"], "unreadable"],
  ["of the extension", "chrome-extension://abc/a.png", OUTSIDE, "unreadable"],
  ["no address at all", "a.jpg", OUTSIDE, "unreadable"],
])("%s", (_, address, pages, outcome) => {
  expect(refused(address, pages)).toBe(outcome);
});
