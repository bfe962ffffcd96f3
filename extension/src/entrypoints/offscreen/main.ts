// Wires the offscreen document: pictures from the background to the worker, outcomes back. It closes itself
// when no picture has come for a while.
import { WorkerHost } from "../../judge/tfjs/host";
import { CANCEL, type OnPort, type ToOffscreen } from "../../judge/tfjs/wire";

const host = new WorkerHost(
  () => new Worker("/judge-worker.js"),
  () => window.close(),
);

navigator.serviceWorker.addEventListener("message", ({ data, ports: [port] }: MessageEvent<ToOffscreen>) => {
  if (data?.to !== "offscreen") return;
  if (data.kind === "warm") return host.warm();
  if (!port) return;
  const stop = new AbortController();
  port.onmessage = (message) => message.data === CANCEL && stop.abort();
  const answer = (message: OnPort) => port.postMessage(message);
  answer({ kind: "taken" });
  void host.judge(data.picture, stop.signal).then((outcome) => answer({ kind: "outcome", outcome }));
});
navigator.serviceWorker.startMessages();
