// The panel in VR: head camera, hold, clutches and two buttons; and a mark on each hand.

import { multiply, uprightMatrix } from "./matrix.js";
import { describeHand } from "../status.js";

const DISTANCE_M = 0.8;
const BELOW_EYES_M = 0.08;
export const WIDTH_M = 0.8;
export const HEIGHT_M = 0.75;
const MARK_M = 0.03;
export const [PIXELS_X, PIXELS_Y] = [640, 600];
// [left, top, width, height] in pixels of the panel
export const BUTTONS = { record: [20, 530, 290, 60], discard: [330, 530, 290, 60] };
const [GO, WAIT, STOP, DIM, TEXT] = ["#35d07f", "#f2b544", "#ff5c5c", "#2c3540", "#e4e9ee"];
const GROUND = [0.06, 0.08, 0.1, 1];

const VERTEX = `#version 300 es
uniform mat4 matrix;
in vec2 corner;
out vec2 at;
void main() {
  at = vec2(corner.x + 0.5, 0.5 - corner.y);
  gl_Position = matrix * vec4(corner, 0.0, 1.0);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 at;
out vec4 colour;
void main() { colour = texture(picture, at); }`;

export class Panel {
  constructor(gl, video, status) {
    this._gl = gl;
    this._video = video;
    this._status = status;
    this._canvas = new OffscreenCanvas(PIXELS_X, PIXELS_Y);
    this._context = this._canvas.getContext("2d");
    this.touched = {}; // button -> fraction of the dwell time that has passed
    this._program = makeProgram(gl);
    this._texture = makeTexture(gl);
    this._marks = { free: makePlainTexture(gl, [147, 160, 173, 255]), held: makePlainTexture(gl, [53, 208, 127, 255]) };
  }

  // Move the panel in front of the viewer at the start and at each recentring.
  place({ position: p, orientation: q }, actions) {
    this._holding = actions.holding;
    this._recording = actions.recording;
    if (this._recentres === actions.recentres) return;
    this._recentres = actions.recentres;
    const yaw = Math.atan2(2 * (q.w * q.y + q.x * q.z), 1 - 2 * (q.y * q.y + q.x * q.x));
    this.yaw = yaw;
    this.centre = [
      p.x - DISTANCE_M * Math.sin(yaw), p.y - BELOW_EYES_M, p.z - DISTANCE_M * Math.cos(yaw),
    ];
    this._place = uprightMatrix(this.centre, yaw, WIDTH_M, HEIGHT_M);
  }

  draw(layer, viewer, state) {
    const gl = this._gl;
    this._paint();
    gl.bindFramebuffer(gl.FRAMEBUFFER, layer.framebuffer);
    gl.clearColor(...GROUND);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this._program);
    gl.bindTexture(gl.TEXTURE_2D, this._texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this._canvas);
    for (const view of viewer.views) {
      const box = layer.getViewport(view);
      gl.viewport(box.x, box.y, box.width, box.height);
      const camera = multiply(view.projectionMatrix, view.transform.inverse.matrix);
      this._drawQuad(this._texture, multiply(camera, this._place));
      this._drawMarks(camera, state);
    }
  }

  _drawMarks(camera, state) {
    const clutches = this._status.message?.clutches ?? [false, false];
    [state.left, state.right].forEach((one, k) => {
      if (!one) return;
      const place = uprightMatrix(one.pose.slice(0, 3), this.yaw, MARK_M, MARK_M);
      this._drawQuad(clutches[k] ? this._marks.held : this._marks.free, multiply(camera, place));
    });
  }

  _drawQuad(picture, matrix) {
    const gl = this._gl;
    gl.bindTexture(gl.TEXTURE_2D, picture);
    gl.uniformMatrix4fv(gl.getUniformLocation(this._program, "matrix"), false, matrix);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  _paint() {
    const context = this._context;
    const message = this._status.message;
    context.fillStyle = "#101418";
    context.fillRect(0, 0, PIXELS_X, PIXELS_Y);
    context.drawImage(this._video.canvas, 0, 0, 640, 480);
    if (this._video.stale) this._drawText(this._video.reason, 20, 460, WAIT);
    const own = this._holding ? "you asked for it (X to go on)" : null;
    const reason = this._status.holdReason(own);
    if (reason !== null) this._drawText(`hold: ${reason}`, 20, 508, WAIT);
    else if (this._recording) this._drawText("● REC", 20, 508, STOP);
    else this._drawText("ready", 20, 508, GO);
    if (message && reason === null) {
      this._drawText(`L ${describeHand(message.clutches[0], message.grasps[0])}`, 110, 508, TEXT);
      this._drawText(`R ${describeHand(message.clutches[1], message.grasps[1])}`, 380, 508, TEXT);
    }
    this._drawButton("record", this._recording ? "save" : "record");
    this._drawButton("discard", "discard");
  }

  _drawButton(name, text) {
    const [x, y, width, height] = BUTTONS[name];
    this._context.fillStyle = DIM;
    this._context.fillRect(x, y, width, height);
    this._context.fillStyle = GO;
    this._context.fillRect(x, y, width * (this.touched[name] ?? 0), height);
    this._drawText(text, x + 24, y + 38, TEXT);
  }

  _drawText(text, x, y, colour) {
    this._context.font = "20px system-ui, sans-serif";
    this._context.fillStyle = colour;
    this._context.fillText(text, x, y, 600);
  }
}

function makeProgram(gl) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, 0, "corner");
  gl.linkProgram(made);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  const corners = new Float32Array([-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
  gl.bufferData(gl.ARRAY_BUFFER, corners, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  return made;
}

function makeTexture(gl) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return made;
}

function makePlainTexture(gl, colour) {
  const made = makeTexture(gl);
  const pixel = new Uint8Array(colour);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  return made;
}
