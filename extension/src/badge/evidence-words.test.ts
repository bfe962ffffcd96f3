import { expect, test } from "vitest";
import type { CredentialsDetails, Evidence } from "../contract/types";
import { say } from "../testing/english";
import { linesOf } from "./evidence-words";

const evidence = (kind: Evidence["kind"], says: Evidence["says"], details: object): Evidence => ({
  kind,
  says,
  strength: "strong",
  summary: "What the service says.",
  details: { ...details },
});
const texts = (one: Evidence) => linesOf(one, say).map(({ text }) => text);

test.each<[string, Evidence["says"], CredentialsDetails, string[]]>([
  [
    "a trusted camera",
    "real",
    {
      status: "trusted",
      signer: "Maker",
      origin: "camera",
      generator: "X100",
      actions: ["created", "cropped"],
    },
    [
      "Signed credentials say that a camera took this picture.",
      "Signed by Maker, who is on your trust list.",
      "Made with: X100",
      "Done to it: created, cropped",
    ],
  ],
  [
    "a camera whose picture was drawn on",
    "unsure",
    { status: "trusted", signer: "Maker", origin: "camera", signed_at: "2026-11-03T10:00:00+00:00" },
    [
      "Signed credentials say that a camera took this picture. What it shows may have been changed since.",
      "Signed by Maker, who is on your trust list.",
      "Dated: 2026-11-03",
    ],
  ],
  [
    "AI of an unknown signer",
    "fake",
    { status: "unknown_signer", origin: "ai" },
    [
      "Signed credentials say that AI made this picture.",
      "The signature holds, but anyone may have made it: it names someone without a name, who is not on your trust list.",
    ],
  ],
  [
    "a broken statement",
    "unsure",
    { status: "invalid", problems: ["assertion.dataHash.mismatch"] },
    [
      "They do not hold: the file was changed after it was signed, or the certificate is no good. They prove nothing.",
    ],
  ],
])("credentials: %s", (_, says, details, lines) => {
  expect(texts(evidence("content_credentials", says, details))).toEqual(lines);
});

test("metadata tells the generator and where it stands", () => {
  const details = { generator: "ComfyUI", origin: "ai", source_type: null, found_in: ["PNG text “prompt”"] };
  expect(texts(evidence("metadata", "fake", details))).toEqual([
    "The file itself says that AI made it.",
    "Made with: ComfyUI",
    "Found in: PNG text “prompt”",
  ]);
});

test("the site's label stands in its own words", () => {
  const details = { label: "KI-generiert", language: "de" };
  expect(texts(evidence("platform_label", "fake", details))).toEqual(["The site writes: “KI-generiert”"]);
});

test.each<[Evidence["kind"], Evidence["says"], object]>([
  ["content_credentials", "failed", {}],
  ["content_credentials", "fake", { status: "of a newer service" }],
  ["metadata", "fake", {}],
])(
  "%s that says %s and more than is known keeps the service's sentence, in English",
  (kind, says, details) => {
    expect(linesOf(evidence(kind, says, details), say)).toEqual([
      { text: "What the service says.", language: "en" },
    ]);
  },
);

test.each([
  ["clean", /hardly compressed/],
  ["web", /as is usual on the web/],
  ["hard", /heavily compressed/],
  ["thumbnail", /is small/],
])("the model's line tells that the picture was %s", (regime, words) => {
  const [verdict, state, ...more] = texts(evidence("model", "unsure", { regime }));
  expect(verdict).toBe("The pixels do not tell.");
  expect(state).toMatch(words);
  expect(more).toEqual([]);
});

test("a regime of a newer model keeps the service's sentence", () => {
  expect(texts(evidence("model", "fake", { regime: "hologram" }))).toEqual(["What the service says."]);
});
