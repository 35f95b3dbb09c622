// The first gamepad in the browser's standard layout.

const ACTIONS = {
  0: (actions) => actions.recordOrSave(),
  1: (actions) => actions.ask("discard"),
  2: (actions) => actions.ask("recentre"),
  3: (actions) => actions.toggleHold(),
  9: (actions) => actions.ask("switch"),
};

export class Gamepad {
  constructor(actions) {
    this._actions = actions;
    this._last = [];
  }

  // Return {axes, buttons}, or null without a gamepad.
  read() {
    const pad = [...navigator.getGamepads()].find((one) => one && one.mapping === "standard");
    if (!pad) return null;
    const buttons = pad.buttons.map((button) => button.value);
    findPressed(buttons, this._last).forEach((button) => ACTIONS[button]?.(this._actions));
    this._last = buttons;
    return { axes: [...pad.axes].slice(0, 4), buttons: buttons.slice(0, 17) };
  }
}

// Return the indices of the buttons that went down between two readings.
export function findPressed(buttons, last) {
  return buttons.flatMap((value, k) => (value > 0.5 && !(last[k] > 0.5) ? [k] : []));
}
