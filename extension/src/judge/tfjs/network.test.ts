// A process of its own: TF.js keeps a backend that once ran.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { LocalJudge } from "./local-judge";
import { ModelFiles } from "./model-files";
import { NoBackend, openNetwork } from "./network";

const SHIPPED = new URL("../../../../backend/models/default/", import.meta.url);
const NOWHERE = `${path.sep}nowhere${path.sep}`;
const read = async (name: string) => Uint8Array.from(await readFile(new URL(name, SHIPPED)));

test("where WebAssembly cannot be loaded nothing is judged, by no other backend either", async () => {
  const files = await ModelFiles.open(read);
  await expect(openNetwork(files.model, files, NOWHERE)).rejects.toThrow(NoBackend);
  const judge = new LocalJudge(read, NOWHERE, async () => Promise.reject(new Error("not reached")));
  const picture = await files.goldenPicture("large.png");
  expect(await judge.judge(picture, new AbortController().signal)).toMatchObject({ reason: "refused" });
});
