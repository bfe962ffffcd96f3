// TF.js, and nothing else of it elsewhere: the exported graph model in, logits out. Only the wasm backend:
// it is exact, runs in every browser and in an extension's worker, and needs no graphics card.
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelJson } from "../../contract/types";
import type { ModelFiles } from "./model-files";

export interface Network {
  /** One view (uint8 RGB of the model's size) to its logit. */
  run(view: Uint8Array): Promise<number>;
}

export class NoBackend extends Error {}

/** Throws NoBackend where WebAssembly does not run, and whatever TF.js finds wrong with the graph. */
export async function openNetwork(model: ModelJson, files: ModelFiles, wasm: string): Promise<Network> {
  await startWasm(wasm);
  const graph = await loadGraphModel({ load: () => files.artifacts() });
  const { height, width } = model.input;
  const outputs = (graph.modelSignature as Signature | undefined)?.outputs;
  const logit = outputs?.[model.output?.logit ?? "logit"]?.name;
  if (!logit) throw new Error("the graph has no output of the name in model.json");
  const input = model.input.name ?? "pictures";
  return {
    async run(view) {
      const batch = tf.tensor(view, [1, height, width, 3], "int32"); // TF.js has no uint8 tensors
      const found = graph.execute({ [input]: batch }, logit) as tf.Tensor;
      const [value] = await found.data();
      tf.dispose([batch, found]);
      return value ?? Number.NaN;
    },
  };
}

type Signature = { outputs?: Record<string, { name: string }> };

async function startWasm(folder: string): Promise<void> {
  // With threads TF.js starts a worker from a blob: address, which an extension's policy forbids: it hangs.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setThreadsCount(1);
  setWasmPaths(folder);
  // False, rather than an error, where it fails; TF.js would then take another backend, if there were one.
  if (!(await tf.setBackend("wasm"))) throw new NoBackend("WebAssembly did not start");
  await tf.ready();
}
