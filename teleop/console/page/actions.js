// What the operator asks for once: record, save, discard, recentre; and the hold, which lasts.

export class Actions {
  constructor() {
    this.holding = false;
    this.recording = false; // as the console last said
    this.recentres = 0; // how often the operator's frame was chosen anew
    this._pending = [];
  }

  // One button both starts and ends an episode where there are few buttons.
  recordOrSave() {
    this.ask(this.recording ? "save" : "record");
  }

  toggleHold() {
    this.holding = !this.holding;
  }

  ask(event) {
    if (event === "recentre") this.recentres += 1;
    if (!this._pending.includes(event)) this._pending.push(event);
  }

  // The events to send now; each is given once.
  take() {
    const events = this._pending;
    this._pending = [];
    return events;
  }
}
