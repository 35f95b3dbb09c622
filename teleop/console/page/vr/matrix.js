// 4x4 matrices by columns, as in WebGL and WebXR.

export function multiply(a, b) {
  const product = new Float32Array(16);
  for (let column = 0; column < 4; column += 1) {
    for (let row = 0; row < 4; row += 1) {
      for (let k = 0; k < 4; k += 1) {
        product[4 * column + row] += a[4 * k + row] * b[4 * column + k];
      }
    }
  }
  return product;
}

// Return the pose at a position, upright and turned by yaw about the vertical, with a scale.
export function uprightMatrix([x, y, z], yaw, width = 1, height = 1) {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  return new Float32Array([
    c * width, 0, -s * width, 0,
    0, height, 0, 0,
    s, 0, c, 0,
    x, y, z, 1,
  ]);
}
