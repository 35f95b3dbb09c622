// The WebSocket to the console: sends the token and whole states, and reconnects when it is lost.

const RETRY_MS = 1000;
const MAX_WAITING_BYTES = 4096; // in the browser's buffer; more would only delay newer states
const FINAL_CODES = [4401, 4403];

export class Connection {
  // handlers: hello(message), status(message), noVideo(message), image(bytes), changed(text, open)
  constructor(handlers) {
    this._handlers = handlers;
    this._sequence = 0;
    this.role = null;
    this._steered = false; // whether this page steered before the connection was lost
    this._open();
  }

  get ready() {
    const open = this._socket.readyState === WebSocket.OPEN;
    return open && this._socket.bufferedAmount < MAX_WAITING_BYTES;
  }

  // Send the state of the operator's devices. Only the operator's page may.
  sendState(state) {
    this._sequence += 1;
    this._send({ seq: this._sequence, t: performance.now(), ...state });
  }

  setOverlay(wanted) {
    this._send({ overlay: wanted });
  }

  takeOver() {
    this._send({ take: true });
  }

  _send(message) {
    if (this._socket.readyState === WebSocket.OPEN) this._socket.send(JSON.stringify(message));
  }

  _open() {
    const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this._socket = new WebSocket(`${scheme}://${location.host}/socket`);
    this._socket.binaryType = "arraybuffer";
    this._socket.onopen = () => this._send({ token });
    this._socket.onmessage = (event) => this._receive(event.data);
    this._socket.onclose = (event) => this._closed(event);
  }

  _receive(data) {
    if (data instanceof ArrayBuffer) {
      this._handlers.image(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.kind === "hello") {
      this.role = message.role;
      this._steered ||= message.role === "operator";
      this._askForRoleAgain();
      this._handlers.changed(message.role === "operator" ? "you steer" : "looking on", true);
      this._handlers.hello(message);
    } else if (message.kind === "status") this._handlers.status(message);
    else this._handlers.noVideo(message);
  }

  // Until the lost connection times out, the console treats it as the operator's.
  _askForRoleAgain() {
    if (!this._steered || this.role === "operator") return;
    setTimeout(() => {
      if (this.role === "viewer") this.takeOver();
    }, RETRY_MS);
  }

  _closed(event) {
    this.role = null;
    const reason = event.reason || "the console can't be reached";
    if (FINAL_CODES.includes(event.code)) {
      this._handlers.changed(reason, false);
      return;
    }
    this._handlers.changed(`${reason}; trying again`, false);
    setTimeout(() => this._open(), RETRY_MS);
  }
}
