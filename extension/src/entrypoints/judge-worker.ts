// Wires the worker in which the browser's judge runs: pictures in, outcomes out, one at a time.
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { packaged } from "../judge/browser";
import { decode } from "../judge/tfjs/decode";
import { LocalJudge } from "../judge/tfjs/local-judge";
import type { FromWorker, ToWorker } from "../judge/tfjs/wire";

export default defineUnlistedScript(() => {
  const root = new URL("/", location.href).href;
  const judge = new LocalJudge(packaged(root), `${root}tfjs/`, decode);
  const stops = new Map<number, AbortController>();
  const post = (message: FromWorker) => postMessage(message);

  addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === "warm") return void judge.warm();
    if (data.kind === "cancel") return stops.get(data.id)?.abort();
    const stop = new AbortController();
    stops.set(data.id, stop);
    void judge.judge(data.picture, stop.signal).then((outcome) => {
      stops.delete(data.id);
      post({ id: data.id, outcome });
    });
  });
});
