// The model folder that the extension carries: model.json, the TF.js files, the golden pictures. Each file
// of the network is checked against its sha256 in model.json.
import type { io } from "@tensorflow/tfjs-core";
import { asGolden, asModelJson } from "../../contract/guards";
import type { Golden, ModelJson } from "../../contract/types";
import { hashOf } from "../../hashes";

export type Read = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

export class BrokenModel extends Error {}

export class ModelFiles {
  private constructor(
    readonly model: ModelJson,
    private readonly read: Read,
  ) {}

  /** Throws BrokenModel where model.json is not of this version. */
  static async open(read: Read): Promise<ModelFiles> {
    const model = asModelJson(parsed(await read("model.json")));
    if (!model) throw new BrokenModel("model.json is not of this version");
    return new ModelFiles(model, read);
  }

  async golden(): Promise<Golden> {
    const golden = asGolden(parsed(await this.read("golden/golden.json")));
    if (!golden) throw new BrokenModel("golden/golden.json is not of this version");
    return golden;
  }

  async goldenPicture(name: string): Promise<Blob> {
    return new Blob([await this.read(`golden/${name}`)]);
  }

  async artifacts(): Promise<io.ModelArtifacts> {
    const files = this.model.files.filter(({ runtime }) => runtime === "tfjs");
    const read = await Promise.all(files.map((file) => this.#checked(file.path, file.sha256)));
    const [graph, ...shards] = read;
    if (!graph) throw new BrokenModel("model.json lists no TF.js files");
    const topology = parsed(graph) as io.ModelJSON;
    return {
      modelTopology: topology.modelTopology,
      weightSpecs: topology.weightsManifest.flatMap(({ weights }) => weights),
      weightData: await new Blob(shards).arrayBuffer(),
      ...(topology.signature ? { signature: topology.signature } : {}),
    };
  }

  async #checked(path: string, sha256: string): Promise<Uint8Array<ArrayBuffer>> {
    const data = await this.read(path);
    if ((await hashOf(data)) !== sha256) throw new BrokenModel(`${path} is damaged`);
    return data;
  }
}

const parsed = (data: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(data));
