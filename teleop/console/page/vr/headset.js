// The VR session: reads headset and hands in each frame, and draws the panel.

import { findPressed } from "../gamepad.js";
import { Panel } from "./panel.js";
import { Poke } from "./poke.js";

const ACTIONS = {
  right: { 4: (actions) => actions.recordOrSave(), 5: (actions) => actions.ask("discard") },
  left: {
    3: (actions) => actions.ask("switch"),
    4: (actions) => actions.toggleHold(),
    5: (actions) => actions.ask("recentre"),
  },
};
const OTHER_TIPS = ["middle-finger-tip", "ring-finger-tip", "pinky-finger-tip"];
const VISIBLE = "visible";

export class Headset {
  constructor(actions, video, status, onFrame) {
    this._actions = actions;
    this._video = video;
    this._status = status;
    this._onFrame = onFrame;
    this._session = null;
    this._buttons = { left: [], right: [] };
    this._measured = { left: false, right: false }; // whether a measured position was ever given
    this.state = null; // the state to send, null outside a session
  }

  get active() {
    return this._session !== null;
  }

  // Reason why the robot must hold during the session, or null.
  get holdReason() {
    return this._session.visibilityState === VISIBLE ? null : "the headset shows something else";
  }

  async enter() {
    const session = await navigator.xr.requestSession("immersive-vr", {
      requiredFeatures: ["local-floor"],
      optionalFeatures: ["hand-tracking"],
    });
    const canvas = document.createElement("canvas");
    const gl = canvas.getContext("webgl2", { xrCompatible: true });
    session.updateRenderState({ baseLayer: new XRWebGLLayer(session, gl) });
    this._space = await session.requestReferenceSpace("local-floor");
    this._space.addEventListener("reset", () => this._actions.ask("recentre"));
    this._panel = new Panel(gl, this._video, this._status);
    this._poke = new Poke(this._panel, this._actions);
    session.addEventListener("end", () => this._leave());
    session.addEventListener("visibilitychange", () => this._onFrame());
    this._session = session;
    session.requestAnimationFrame((time, frame) => this._draw(time, frame));
  }

  _leave() {
    this._session = null;
    this.state = null;
    this._onFrame();
  }

  _draw(time, frame) {
    if (!this._session) return;
    this._session.requestAnimationFrame((next, nextFrame) => this._draw(next, nextFrame));
    const viewer = frame.getViewerPose(this._space);
    if (!viewer) {
      this.state = null; // the headset has lost its own position
      this._onFrame();
      return;
    }
    this.state = { viewer: listNumbers(viewer.transform), ...this._readHands(frame) };
    this._poke.step(time, frame, this._session, this._space);
    this._panel.place(viewer.transform, this._actions);
    this._onFrame();
    this._panel.draw(this._session.renderState.baseLayer, viewer, this.state);
  }

  _readHands(frame) {
    const hands = { left: null, right: null };
    for (const source of this._session.inputSources) {
      if (!(source.handedness in hands)) continue;
      hands[source.handedness] = source.hand
        ? readTrackedHand(frame, source.hand, this._space)
        : this._readController(frame, source);
    }
    return hands;
  }

  _readController(frame, source) {
    const pose = source.gripSpace && frame.getPose(source.gripSpace, this._space);
    if (!pose || !source.gamepad) return null;
    const side = source.handedness;
    // An emulated position means that tracking is lost, unless the browser emulates all positions.
    this._measured[side] ||= !pose.emulatedPosition;
    if (pose.emulatedPosition && this._measured[side]) return null;
    const buttons = source.gamepad.buttons.map((button) => button.value);
    findPressed(buttons, this._buttons[side]).forEach((k) => ACTIONS[side][k]?.(this._actions));
    this._buttons[side] = buttons;
    const stick = [...source.gamepad.axes].slice(2, 4);
    const [trigger, squeeze] = buttons;
    return { pose: listNumbers(pose.transform), trigger, squeeze, stick };
  }
}

// Read a tracked hand: wrist pose, pinch distance, and mean reach of the other fingertips.
function readTrackedHand(frame, hand, space) {
  const joint = (name) => frame.getJointPose(hand.get(name), space)?.transform;
  const wrist = joint("wrist");
  const [thumb, index, ...others] = ["thumb-tip", "index-finger-tip", ...OTHER_TIPS].map(joint);
  if (!wrist || !thumb || !index || others.some((tip) => !tip)) return null;
  const reach = others.reduce((sum, tip) => sum + measureDistance(tip, wrist), 0) / others.length;
  return { pose: listNumbers(wrist), pinch: measureDistance(thumb, index), reach };
}

function measureDistance(a, b) {
  const [p, q] = [a.position, b.position];
  return Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z);
}

function listNumbers({ position: p, orientation: q }) {
  return [p.x, p.y, p.z, q.x, q.y, q.z, q.w];
}
