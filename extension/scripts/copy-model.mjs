// Copies the shipped model's TF.js files and model.json into public/model, so that the build carries
// them. Where there is no shipped model yet, the build goes on without one.
import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const shipped = fileURLToPath(new URL("../../backend/models/default/", import.meta.url));
const target = fileURLToPath(new URL("../public/model/", import.meta.url));

await rm(target, { recursive: true, force: true });
if (existsSync(`${shipped}tfjs`)) {
  await mkdir(target, { recursive: true });
  await cp(`${shipped}tfjs`, `${target}tfjs`, { recursive: true });
  await cp(`${shipped}model.json`, `${target}model.json`);
  console.log("copied the shipped model into public/model");
}
