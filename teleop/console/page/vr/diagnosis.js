// Whether this browser can show VR, and what to do if it can't.

export async function diagnoseVr() {
  const webgl = document.createElement("canvas").getContext("webgl2") !== null;
  const facts = { secure: window.isSecureContext, xr: "xr" in navigator, webgl };
  const report = (ready, text) => ({ ready, text, facts: { ...facts, ready } });
  if (!facts.secure) {
    return report(false, "VR needs a secure page: start the console with --lan (TLS), or open " +
      "localhost through a forwarded port (adb reverse, ssh -L).");
  }
  if (!facts.xr) {
    return report(false, "This browser has no WebXR: open this address in the headset's browser.");
  }
  if (!webgl) return report(false, "This browser has no WebGL 2: turn hardware acceleration on.");
  if (!(await navigator.xr.isSessionSupported("immersive-vr"))) {
    return report(false, "No headset found: open this address in the headset's own browser.");
  }
  return report(true, "A headset is ready.");
}
