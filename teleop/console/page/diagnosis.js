// Why this browser can or can't show VR, in words that help.

export async function vrDiagnosis() {
  const webgl = document.createElement("canvas").getContext("webgl2") !== null;
  const facts = { secure: window.isSecureContext, xr: "xr" in navigator, webgl };
  const answer = (ready, text) => ({ ready, text, facts: { ...facts, ready } });
  if (!facts.secure) {
    return answer(false, "VR needs a secure page: start the console with --lan (TLS), or open " +
      "localhost through a forwarded port (adb reverse, ssh -L).");
  }
  if (!facts.xr) {
    return answer(false, "This browser has no WebXR: open this address in the headset's browser.");
  }
  if (!webgl) return answer(false, "This browser has no WebGL 2: turn hardware acceleration on.");
  if (!(await navigator.xr.isSessionSupported("immersive-vr"))) {
    return answer(false, "No headset found: open this address in the headset's own browser.");
  }
  return answer(true, "A headset is ready.");
}
