// The keys that are down, by their position on the keyboard, in any layout.

const ACTIONS = {
  KeyR: (actions) => actions.ask("record"),
  Enter: (actions) => actions.ask("save"),
  NumpadEnter: (actions) => actions.ask("save"),
  Backspace: (actions) => actions.ask("discard"),
  Space: (actions) => actions.toggleHold(),
  KeyC: (actions) => actions.ask("recentre"),
  KeyT: (actions) => actions.ask("switch"),
};

export class Keyboard {
  constructor(actions, changed) {
    this._down = new Set();
    this._tapped = new Set(); // pressed since the last message, even if released already
    window.addEventListener("keydown", (event) => this._press(event, actions, changed));
    window.addEventListener("keyup", (event) => {
      this._down.delete(event.code);
      changed();
    });
  }

  // The page doesn't see the release of a key while it has no focus.
  clear() {
    this._down.clear();
    this._tapped.clear();
  }

  // Return the keys that are down, or were since the last call.
  take() {
    const keys = new Set([...this._down, ...this._tapped]);
    this._tapped.clear();
    return [...keys].slice(0, 16);
  }

  _press(event, actions, changed) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.code === "Tab") return;
    if (event.code.startsWith("F")) return;
    event.preventDefault(); // Space would press the button that was clicked last
    if (event.repeat) return;
    if (event.code in ACTIONS) ACTIONS[event.code](actions);
    else {
      this._down.add(event.code);
      this._tapped.add(event.code);
    }
    changed();
  }
}
