// The judge inside the browser: the same model with TF.js, for machines where the service does not run.
// Its weights lie in public/model (copied at build). Until it can run, it says that it is not there, and
// choose.ts never asks it for a verdict.
import { failed, type Judge } from "./judge";

export function browserJudge(): Judge {
  return {
    name: "browser",
    ready: async () => ({ kind: "unreachable", message: "This version has no model of its own yet." }),
    judge: async () => failed("unreachable", "This version has no model of its own yet."),
  };
}
