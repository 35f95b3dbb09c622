// The operator's requests: record, save, discard, recentre and switch, given once, and the lasting hold.

export class Actions {
  constructor() {
    this.holding = false;
    this.recording = false; // according to the console's last status
    this.recentres = 0; // number of recentrings
    this._pending = [];
  }

  // Devices with few buttons start and end an episode with the same one.
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

  // Return the events to send now; each is given once.
  take() {
    const events = this._pending;
    this._pending = [];
    return events;
  }
}
