import type { Judged, ModelJson } from "../../contract/types";

/** Which model judges here. It is named by its graph file, which model.json lists first. */
export function judgedModel(model: ModelJson): Judged["model"] {
  const graph = model.files.find(({ runtime }) => runtime === "tfjs");
  if (!graph) throw new Error("model.json lists no TF.js files");
  return { name: model.name, version: model.version, sha256: graph.sha256 };
}
