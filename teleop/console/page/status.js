// Shows the console's status: the robot and the dataset.

const element = (id) => document.getElementById(id);

export class Status {
  constructor() {
    this.message = null; // the console's last status
    this.link = "connecting";
    this.open = false;
  }

  showConnection(text, open) {
    this.link = text;
    this.open = open;
    element("connection").textContent = text;
    element("connection").classList.toggle("open", open);
  }

  // Return the reason why nothing moves, or null: the page's own first, then the console's.
  holdReason(own) {
    if (!this.open) return this.link;
    return own ?? this.message?.hold ?? null;
  }

  showHold(own) {
    const reason = this.holdReason(own);
    element("hold").textContent = reason === null ? "the robot follows you" : `hold: ${reason}`;
    element("hold").classList.toggle("live", reason === null);
  }

  show(message) {
    this.message = message;
    element("task").textContent = message.task || "no task";
    element("recording").hidden = !message.recording;
    element("recorded").textContent = `${message.recorded_s.toFixed(1)} s`;
    element("record").disabled = message.recording;
    element("save").disabled = element("discard").disabled = !message.recording;
    element("message").textContent = message.message;
    element("note").textContent = message.note;
    ["left", "right"].forEach((side, k) => {
      element(`${side}-hand`).textContent = describeHand(message.clutches[k], message.grasps[k]);
    });
    const { height_m: height, speed_m_s: speed, loop_hz: rate } = message;
    element("pelvis").textContent = `${height.toFixed(2)} m up, ${speed.toFixed(2)} m/s`;
    element("loop").textContent = `${rate.toFixed(1)} Hz`;
    this._showEpisodes(message.episodes);
  }

  _showEpisodes(episodes) {
    if (element("episodes").childElementCount === episodes.length) return;
    const rows = episodes.map((episode) => {
      const row = document.createElement("li");
      const end = { true: ", done", false: ", not done", null: "" }[episode.success];
      row.textContent = `${episode.index}: ${episode.length_s.toFixed(1)} s${end}`;
      return row;
    });
    element("episodes").replaceChildren(...rows.reverse());
  }
}

export function describeHand(clutch, grasp) {
  return `${clutch ? "follows" : "free"}, ${Math.round(100 * grasp)} % closed`;
}
