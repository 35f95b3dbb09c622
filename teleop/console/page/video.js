// The image of the head camera: the newest JPEG, and a note when there is none.

const STALE_MS = 1500;

export class Video {
  constructor(canvas, note) {
    this.canvas = canvas;
    this._context = canvas.getContext("2d");
    this._note = note;
    this._newest = null;
    this._busy = false;
    this._shownAt = null;
    this._reason = "waiting for the head camera";
    setInterval(() => this._showNote(), 250);
  }

  get stale() {
    return this._shownAt === null || performance.now() - this._shownAt > STALE_MS;
  }

  get reason() {
    return this._reason;
  }

  fail(reason) {
    this._reason = `no video: ${reason}`;
  }

  async show(jpeg) {
    this._newest = jpeg;
    if (this._busy) return;
    this._busy = true;
    while (this._newest) {
      const image = await createImageBitmap(new Blob([this._take()], { type: "image/jpeg" }));
      this.canvas.width = image.width;
      this.canvas.height = image.height;
      this._context.drawImage(image, 0, 0);
      image.close();
      this._shownAt = performance.now();
      this._reason = "the video has stalled";
    }
    this._busy = false;
    this._showNote();
  }

  _take() {
    const jpeg = this._newest;
    this._newest = null;
    return jpeg;
  }

  _showNote() {
    this._note.hidden = !this.stale;
    this._note.textContent = this._reason;
  }
}
