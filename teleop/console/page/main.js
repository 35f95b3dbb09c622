// The operator's page: reads the devices, sends their state, shows what comes back.

import { Actions } from "./actions.js";
import { Attention } from "./attention.js";
import { Connection } from "./connection.js";
import { vrDiagnosis } from "./diagnosis.js";
import { Gamepad } from "./gamepad.js";
import { Headset } from "./headset.js";
import { Keyboard } from "./keyboard.js";
import { Status } from "./status.js";
import { Video } from "./video.js";

const SEND_MS = 1000 / 60;
const LEAST_GAP_MS = 11; // more than 90 states a second only queue up
const element = (id) => document.getElementById(id);

const actions = new Actions();
const status = new Status();
const video = new Video(element("video"), element("video-note"));
const keyboard = new Keyboard(actions, () => send(true));
const gamepad = new Gamepad(actions);
const attention = new Attention(() => {
  if (attention.missing) keyboard.clear();
  send(true);
});
const headset = new Headset(actions, video, status, () => send(false));
const connection = new Connection({
  hello: greet,
  status: (news) => {
    actions.recording = news.recording;
    status.show(news);
  },
  noVideo: (news) => video.fail(news.reason),
  image: (bytes) => video.show(bytes),
  changed: (text, open) => status.connection(text, open),
});
let sentAt = 0;

function holdReason() {
  if (actions.holding) return "you asked for it (Space to go on)";
  return headset.active ? headset.missing : attention.missing;
}

// Send the whole state; at once where something changed, else when it is time.
function send(changed) {
  const own = holdReason();
  status.showHold(own);
  element("hold-button").classList.toggle("on", actions.holding);
  const soon = performance.now() - sentAt < LEAST_GAP_MS;
  if (connection.role !== "operator") {
    // Who looks on has asked for nothing, or it would happen when this page takes over.
    actions.take();
    keyboard.take();
    return;
  }
  if (!connection.ready || (soon && !changed)) return;
  sentAt = performance.now();
  const pad = gamepad.read();
  const events = actions.take();
  if (own) events.push("hold");
  connection.sendState({ keys: keyboard.take(), pad, xr: headset.state, events });
}

function greet(news) {
  element("take").hidden = news.role === "operator";
  element("overlay-row").hidden = !news.overlay;
  for (const help of document.querySelectorAll(".help [data-device]")) {
    help.hidden = help.dataset.device !== news.device;
  }
  element("enter-vr").hidden = news.device !== "webxr";
  element("vr-note").hidden = news.device !== "webxr";
}

function onClick(id, act) {
  element(id).addEventListener("click", () => {
    act();
    element(id).blur();
    send(true);
  });
}

onClick("record", () => actions.ask("record"));
onClick("save", () => actions.ask("save"));
onClick("discard", () => actions.ask("discard"));
onClick("recentre", () => actions.ask("recentre"));
onClick("hold-button", () => actions.toggleHold());
onClick("take", () => connection.takeOver());
onClick("enter-vr", () => headset.enter().catch((error) => {
  element("vr-note").textContent = `VR did not start: ${error.message}`;
}));
element("overlay").addEventListener("change", (event) => {
  connection.setOverlay(event.target.checked);
  event.target.blur();
});
setInterval(() => headset.active || send(false), SEND_MS);
vrDiagnosis().then((diagnosis) => {
  element("vr-note").textContent = diagnosis.text;
  element("enter-vr").disabled = !diagnosis.ready;
  // For `drive2walk doctor`, which reads the page as this browser has it.
  Object.assign(document.documentElement.dataset, diagnosis.facts);
});
