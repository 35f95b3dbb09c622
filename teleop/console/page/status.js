// Shows what the console says of the robot and of the dataset.

const element = (id) => document.getElementById(id);

export class Status {
  constructor() {
    this.news = null; // the console's last status
    this.link = "connecting";
    this.open = false;
  }

  connection(text, open) {
    this.link = text;
    this.open = open;
    element("connection").textContent = text;
    element("connection").classList.toggle("open", open);
  }

  // Why nothing moves, or null: our own reason first, then the console's.
  holdReason(own) {
    if (!this.open) return this.link;
    return own ?? this.news?.hold ?? null;
  }

  showHold(own) {
    const reason = this.holdReason(own);
    element("hold").textContent = reason === null ? "the robot follows you" : `hold: ${reason}`;
    element("hold").classList.toggle("live", reason === null);
  }

  show(news) {
    this.news = news;
    element("task").textContent = news.task || "no task";
    element("recording").hidden = !news.recording;
    element("recorded").textContent = `${news.recorded_s.toFixed(1)} s`;
    element("record").disabled = news.recording;
    element("save").disabled = element("discard").disabled = !news.recording;
    element("message").textContent = news.message;
    element("note").textContent = news.note;
    ["left", "right"].forEach((side, k) => {
      element(`${side}-hand`).textContent = hand(news.clutches[k], news.grasps[k]);
    });
    const { height_m: height, speed_m_s: speed, loop_hz: rate } = news;
    element("pelvis").textContent = `${height.toFixed(2)} m up, ${speed.toFixed(2)} m/s`;
    element("loop").textContent = `${rate.toFixed(1)} Hz`;
    this._episodes(news.episodes);
  }

  _episodes(episodes) {
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

export function hand(clutch, grasp) {
  return `${clutch ? "follows" : "free"}, ${Math.round(100 * grasp)} % closed`;
}
