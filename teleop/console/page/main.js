// The operator's page: reads the devices, sends their state, and shows the robot's.

import { Actions } from "./actions.js";
import { Attention } from "./attention.js";
import { Connection } from "./connection.js";
import { diagnoseVr } from "./vr/diagnosis.js";
import { Gamepad } from "./gamepad.js";
import { Headset } from "./vr/headset.js";
import { Keyboard } from "./keyboard.js";
import { Status } from "./status.js";
import { Video } from "./video.js";

const SEND_MS = 1000 / 60;
const MIN_GAP_MS = 11; // more than 90 states a second would only queue up
const element = (id) => document.getElementById(id);

const actions = new Actions();
const status = new Status();
const video = new Video(element("video"), element("video-note"));
const keyboard = new Keyboard(actions, () => send(true));
const gamepad = new Gamepad(actions);
const attention = new Attention(() => {
  if (attention.holdReason) keyboard.clear();
  send(true);
});
const headset = new Headset(actions, video, status, () => send(false));
const connection = new Connection({
  hello: greet,
  status: (message) => {
    actions.recording = message.recording;
    status.show(message);
  },
  noVideo: (message) => video.fail(message.reason),
  image: (bytes) => video.show(bytes),
  changed: (text, open) => status.showConnection(text, open),
});
let sentAt = 0;

function findHoldReason() {
  if (actions.holding) return "you asked for it (Space to go on)";
  return headset.active ? headset.holdReason : attention.holdReason;
}

// Send the whole state, at once after a change, otherwise when it is due.
function send(changed) {
  const own = findHoldReason();
  status.showHold(own);
  element("hold-button").classList.toggle("on", actions.holding);
  const soon = performance.now() - sentAt < MIN_GAP_MS;
  if (connection.role !== "operator") {
    // Requests of a viewer are dropped, or they would take effect when this page takes over.
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

function greet(message) {
  element("take").hidden = message.role === "operator";
  element("overlay-row").hidden = !message.overlay;
  for (const help of document.querySelectorAll(".help [data-device]")) {
    help.hidden = help.dataset.device !== message.device;
  }
  element("enter-vr").hidden = message.device !== "webxr";
  element("vr-note").hidden = message.device !== "webxr";
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
diagnoseVr().then((diagnosis) => {
  element("vr-note").textContent = diagnosis.text;
  element("enter-vr").disabled = !diagnosis.ready;
  // Attributes for `drive2walk doctor`, which reads the page from this browser.
  Object.assign(document.documentElement.dataset, diagnosis.facts);
});
