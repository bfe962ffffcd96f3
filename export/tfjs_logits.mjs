// Runs a TF.js graph model with the wasm backend, as the extension does, on raw uint8 pictures.
// Arguments: folder with node_modules' package.json, model folder, height, width, names of the input and of
// the outputs. In: a line with the path of a file of pictures. Out, for each: a line of JSON,
// { backend, outputs: { name: [numbers] } }.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

const [packages, folder, height, width, inputName, ...outputNames] = process.argv.slice(2);
const BATCH = 4; // pictures at a time: also shows that the batch is free

const require = createRequire(path.join(packages, "package.json"));
const tf = require("@tensorflow/tfjs-core");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
const wasm = require("@tensorflow/tfjs-backend-wasm");

/** The model's files as TF.js wants them, read from disk: its own loaders only know http and browsers. */
async function artifacts() {
  const graph = JSON.parse(await readFile(path.join(folder, "model.json"), "utf8"));
  const names = graph.weightsManifest.flatMap((group) => group.paths);
  const shards = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
  const bytes = new Uint8Array(Buffer.concat(shards));
  return {
    modelTopology: graph.modelTopology,
    format: graph.format,
    signature: graph.signature,
    userDefinedMetadata: graph.userDefinedMetadata,
    weightSpecs: graph.weightsManifest.flatMap((group) => group.weights),
    weightData: bytes.buffer,
  };
}

wasm.setWasmPaths(path.join(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), path.sep));
await tf.setBackend("wasm");
await tf.ready();
if (tf.getBackend() !== "wasm") throw new Error(`TF.js took the backend '${tf.getBackend()}', not wasm`);

const model = await loadGraphModel({ load: artifacts });
const size = [Number(height), Number(width), 3];
const stride = size.reduce((product, side) => product * side, 1);
const tensorNames = outputNames.map((name) => model.modelSignature.outputs[name].name);
const inputs = Object.keys(model.modelSignature.inputs);
if (inputs.length !== 1 || inputs[0] !== inputName) throw new Error(`the model's inputs are ${inputs}`);

for await (const picturesFile of createInterface({ input: process.stdin })) {
  const pixels = new Uint8Array(await readFile(picturesFile));
  const outputs = Object.fromEntries(outputNames.map((name) => [name, []]));
  for (let start = 0; start < pixels.length; start += BATCH * stride) {
    const piece = pixels.subarray(start, start + BATCH * stride);
    const batch = tf.tensor(piece, [piece.length / stride, ...size], "int32"); // TF.js has no uint8 tensors
    const found = [model.execute({ [inputName]: batch }, tensorNames)].flat();
    for (const [index, name] of outputNames.entries()) outputs[name].push(...(await found[index].data()));
    tf.dispose([batch, found]);
  }
  console.log(JSON.stringify({ backend: tf.getBackend(), outputs }));
}
