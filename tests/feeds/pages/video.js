// A video that the page records itself, first dark, then bright; it plays, and stays on its last frame. A shield
// lies over it.
const canvas = element("canvas", { width: 400, height: 260 });
const context = canvas.getContext("2d");
let level = 50;
function paint() {
  context.fillStyle = `rgb(${level}, ${level}, ${level})`;
  context.fillRect(0, 0, 400, 260);
  requestAnimationFrame(paint);
}
paint();

const video = element("video", { class: "picture", muted: "", playsinline: "", "data-expect": "" });
video.muted = true;
document.body.append(post(0, video, element("div", { class: "cover" })));
const chunks = [];
const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm;codecs=vp8" });
recorder.ondataavailable = ({ data }) => chunks.push(data);
recorder.onstop = () => {
  video.src = URL.createObjectURL(new Blob(chunks, { type: "video/webm" }));
  video.onended = () => document.body.setAttribute("data-played", "");
  video.play();
};
recorder.start();
// The first half is dark, the second bright: what is judged must be the frame that is shown.
setTimeout(() => {
  level = 205;
}, 500);
setTimeout(() => recorder.stop(), 1_000);
