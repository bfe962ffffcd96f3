// Copies the shipped model (model.json, its TF.js files, its golden pictures) into public/model, and TF.js'
// WebAssembly into public/tfjs, so that the build carries all that the judge in the browser runs. In the source
// zip for the stores, which has no backend beside it, the model lies in public/model already.
import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const shipped = fileURLToPath(new URL("../../backend/models/default/", import.meta.url));
const model = fileURLToPath(new URL("../public/model/", import.meta.url));
const tfjs = fileURLToPath(new URL("../public/tfjs/", import.meta.url));
const packaged = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
// Every browser that the manifests admit has SIMD; threads cannot be used in an extension.
const WASM = "tfjs-backend-wasm-simd.wasm";

if (existsSync(`${shipped}model.json`)) {
  await empty(model);
  for (const part of ["model.json", "tfjs", "golden"])
    await cp(`${shipped}${part}`, `${model}${part}`, { recursive: true });
} else if (!existsSync(`${model}model.json`)) {
  throw new Error(`There is no model to copy: neither ${shipped}model.json nor ${model}model.json is there.`);
}
await empty(tfjs);
await cp(`${packaged}/${WASM}`, `${tfjs}${WASM}`);
console.log("the model and TF.js' WebAssembly lie in public/");

async function empty(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
