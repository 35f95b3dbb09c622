// Presses the panel's buttons with fingertips, because tracked hands have no other buttons.

import { BUTTONS, HEIGHT_M, PIXELS_X, PIXELS_Y, WIDTH_M } from "./panel.js";

const REACH_M = 0.03;
const DWELL_MS = 500; // duration of a touch that counts as a press

export class Poke {
  constructor(panel, actions) {
    this._panel = panel;
    this._presses = {
      record: () => actions.recordOrSave(),
      discard: () => actions.ask("discard"),
    };
    this._since = {};
  }

  step(time, frame, session, space) {
    if (!this._panel.centre) return;
    const tips = findFingertips(frame, session, space).map((tip) => this._findPixel(tip));
    for (const name of Object.keys(BUTTONS)) {
      const touched = tips.some((tip) => tip && isInside(tip, BUTTONS[name]));
      if (!touched) delete this._since[name];
      else if (!(name in this._since)) this._since[name] = time;
      const before = this._panel.touched[name] ?? 0;
      const fraction = touched ? Math.min(1, (time - this._since[name]) / DWELL_MS) : 0;
      if (fraction === 1 && before < 1) this._presses[name]();
      this._panel.touched[name] = fraction;
    }
  }

  // Return the pixel of the panel that a point touches, or null.
  _findPixel({ x, y, z }) {
    const { centre, yaw } = this._panel;
    const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]];
    const right = dx * Math.cos(yaw) - dz * Math.sin(yaw);
    const out = dx * Math.sin(yaw) + dz * Math.cos(yaw);
    if (Math.abs(out) > REACH_M) return null;
    return [(right / WIDTH_M + 0.5) * PIXELS_X, (0.5 - dy / HEIGHT_M) * PIXELS_Y];
  }
}

function findFingertips(frame, session, space) {
  return [...session.inputSources].flatMap((source) => {
    const tip = source.hand?.get("index-finger-tip");
    const pose = tip && frame.getJointPose(tip, space);
    return pose ? [pose.transform.position] : [];
  });
}

function isInside([x, y], [left, top, width, height]) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}
