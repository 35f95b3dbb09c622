// The keys that are down, by their place on the keyboard, whatever its language.

const ACTIONS = {
  KeyR: (actions) => actions.ask("record"),
  Enter: (actions) => actions.ask("save"),
  NumpadEnter: (actions) => actions.ask("save"),
  Backspace: (actions) => actions.ask("discard"),
  Space: (actions) => actions.toggleHold(),
  KeyC: (actions) => actions.ask("recentre"),
};

export class Keyboard {
  constructor(actions, changed) {
    this._down = new Set();
    this._tapped = new Set(); // pressed since the last message, perhaps let go already
    window.addEventListener("keydown", (event) => this._press(event, actions, changed));
    window.addEventListener("keyup", (event) => {
      this._down.delete(event.code);
      changed();
    });
  }

  // A key let go while the page isn't looked at would stay down for ever.
  clear() {
    this._down.clear();
    this._tapped.clear();
  }

  // The keys that are, or since the last call were, down.
  take() {
    const keys = new Set([...this._down, ...this._tapped]);
    this._tapped.clear();
    return [...keys].slice(0, 16);
  }

  _press(event, actions, changed) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.code === "Tab") return;
    if (event.code.startsWith("F")) return;
    event.preventDefault(); // Space must not press the button that was clicked last
    if (event.repeat) return;
    if (event.code in ACTIONS) ACTIONS[event.code](actions);
    else {
      this._down.add(event.code);
      this._tapped.add(event.code);
    }
    changed();
  }
}
