// Whether the operator looks at this page: a robot must not follow keys meant for another window.

export class Attention {
  constructor(changed) {
    this._focused = document.hasFocus();
    const set = (focused) => {
      this._focused = focused;
      changed();
    };
    window.addEventListener("blur", () => set(false));
    window.addEventListener("focus", () => set(true));
    document.addEventListener("visibilitychange", () => changed());
    window.addEventListener("pagehide", () => set(false));
  }

  // Why the robot must hold, or null.
  get missing() {
    if (document.hidden) return "this page is hidden";
    return this._focused ? null : "click this page to go on";
  }
}
