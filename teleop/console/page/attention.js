// Whether this page has the focus, because the robot must not follow keys for another window.

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

  // Reason why the robot must hold, or null.
  get holdReason() {
    if (document.hidden) return "this page is hidden";
    return this._focused ? null : "click this page to go on";
  }
}
