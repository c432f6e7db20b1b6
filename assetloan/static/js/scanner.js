/* The camera of a page that takes many things one after the other, and the code box beside it.
   Each code goes to the server with the page's own form; the answer is the list as HTML. Nothing is decided here. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const box = form.querySelector("[name=code]");
  const panel = document.querySelector("[data-scanner]");
  const words = panel ? panel.dataset : form.dataset;
  const said = document.querySelector("[data-said-here]");
  const target = form.dataset.live;
  const COOL_DOWN = 3000;
  const RETRIES = [2000, 5000, 15000];

  const say = (text, tone) => {
    if (!said) return;
    said.className = tone ? `said band ${tone}` : "said";
    said.textContent = text;
  };
  const keep = (name, value) => {
    try {
      if (value === undefined) return localStorage.getItem(`scan.${name}`);
      localStorage.setItem(`scan.${name}`, value);
    } catch { /* private windows keep nothing */ }
    return null;
  };

  /* Sound and touch: one pattern for each outcome, made on the spot, so nothing is downloaded. -------- */
  const SIGNALS = {
    added: { tones: [[880, 0.09]], buzz: [60], tone: "ok" },
    already: { tones: [[660, 0.07], [660, 0.07]], buzz: [40, 60, 40], tone: "info" },
    refused: { tones: [[330, 0.22]], buzz: [220], tone: "wait" },
    unknown: { tones: [[260, 0.12], [200, 0.2]], buzz: [120, 80, 120], tone: "late" },
  };
  let sound = null;
  const loud = document.querySelector("[data-sound]");
  const beep = (outcome) => {
    if (loud && !loud.checked) return;
    const signal = SIGNALS[outcome] || SIGNALS.unknown;
    if (navigator.vibrate) navigator.vibrate(signal.buzz);
    if (!sound) return;
    let at = sound.currentTime;
    for (const [pitch, length] of signal.tones) {
      const source = sound.createOscillator();
      const volume = sound.createGain();
      source.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      source.connect(volume).connect(sound.destination);
      source.start(at);
      source.stop(at + length);
      at += length + 0.05;
    }
  };
  /* Browsers allow sound only after a tap or a key. */
  const wake = () => {
    const Kind = window.AudioContext || window.webkitAudioContext;
    if (!sound && Kind) sound = new Kind();
    if (sound && sound.state === "suspended") sound.resume();
  };

  /* Codes wait in a line and go one by one; a bad connection delays them but never loses or doubles one. -- */
  const line = [];
  let sending = false;
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  const show = (html) => {
    const list = new DOMParser().parseFromString(html, "text/html").getElementById(target);
    const old = document.getElementById(target);
    if (!list || !old) return null;
    const inside = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(list));
    for (const row of list.querySelectorAll("[data-new]")) row.classList.add("fresh");
    if (inside) box.focus();
    return list;
  };

  const send = async (entry) => {
    const data = new FormData(form);
    data.set("code", entry.code);
    data.set("key", entry.key);
    const answer = await fetch(form.action, {
      method: "POST", body: data, credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    const list = show(await answer.text());
    if (!list) {
      say(words.signedOut, "late");
      beep("refused");
      return;
    }
    const outcome = list.dataset.outcome || "added";
    say(list.dataset.said || "", (SIGNALS[outcome] || SIGNALS.unknown).tone);
    beep(outcome);
  };

  const drain = async () => {
    if (sending) return;
    sending = true;
    while (line.length) {
      const entry = line[0];
      let tries = 0;
      for (;;) {
        try {
          await send(entry);
          break;
        } catch {
          say(words.offline.replace("{n}", line.length), "late");
          await wait(RETRIES[Math.min(tries, RETRIES.length - 1)]);
          tries += 1;
        }
      }
      line.shift();
    }
    sending = false;
  };
  /* A page that keeps codes itself (labelling.js, without a network) takes them here. */
  const put = (code) => {
    if (!form.dispatchEvent(new CustomEvent("scanned", { cancelable: true, detail: code }))) return;
    line.push({ code, key: newKey() });
    drain();
  };
  addEventListener("online", drain);
  addEventListener("beforeunload", (event) => { if (line.length) event.preventDefault(); });

  form.addEventListener("told", ({ detail: { outcome, said: text } }) => {
    say(text, (SIGNALS[outcome] || SIGNALS.unknown).tone);
    beep(outcome);
  });

  /* The box takes typing and USB scanners; it is empty again before the next code comes. */
  form.addEventListener("submit", (event) => {
    const code = box.value.trim();
    event.preventDefault();
    wake();
    box.value = "";
    box.focus();
    if (code) put(code);
  });

  if (!panel) return;

  /* The camera ------------------------------------------------------------------------------------------ */
  const start = panel.querySelector("[data-start]");
  const live = panel.querySelector("[data-camera]");
  const video = panel.querySelector("video");
  const stop = panel.querySelector("[data-stop]");
  const torch = panel.querySelector("[data-torch]");
  const choose = panel.querySelector("[data-choose]");
  let stream = null;
  let detector = null;
  let awake = null;
  const seen = new Map();
  /* Our labels are QR; a barcode that a thing has adopted may be of any of the common kinds. */
  const KINDS = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];

  panel.hidden = false;
  if (loud) {
    loud.checked = keep("sound") !== "off";
    loud.addEventListener("change", () => keep("sound", loud.checked ? "on" : "off"));
  }

  const script = (address) => new Promise((done, failed) => {
    const element = document.createElement("script");
    Object.assign(element, { src: address, onload: done, onerror: () => failed(new Error("decoder")) });
    document.head.append(element);
  });

  /* The browser's own decoder where there is one; else ours, fetched on this tap from this server only. */
  const decoder = async () => {
    if (detector) return detector;
    if ("BarcodeDetector" in window) {
      const kinds = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
      if (kinds.includes("qr_code")) {
        detector = new window.BarcodeDetector({ formats: KINDS.filter((kind) => kinds.includes(kind)) });
        return detector;
      }
    }
    if (!panel.dataset.decoder) throw new Error("decoder");
    if (!window.BarcodeDetectionAPI) await script(panel.dataset.decoder);
    const { BarcodeDetector, prepareZXingModule } = window.BarcodeDetectionAPI;
    const locateFile = (path, prefix) => (path.endsWith(".wasm") ? panel.dataset.wasm : prefix + path);
    await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
    detector = new BarcodeDetector({ formats: KINDS });
    return detector;
  };

  const look = async () => {
    const mine = stream;
    while (stream === mine && stream) {
      if (document.visibilityState === "visible" && video.readyState >= 2) {
        const found = await detector.detect(video).catch(() => []);
        const now = Date.now();
        for (const { rawValue } of found) {
          const code = rawValue.trim();
          const last = seen.get(code) || 0;
          seen.set(code, now);
          if (code && now - last > COOL_DOWN) put(code);
        }
      }
      await wait(80);
    }
  };

  const close = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
    live.hidden = true;
    start.hidden = false;
    if (awake) awake.release().catch(() => {});
    awake = null;
  };

  const refuse = (error) => {
    close();
    const reason = {
      NotAllowedError: words.refused, SecurityError: words.refused, NotFoundError: words.absent,
      OverconstrainedError: words.absent, NotReadableError: words.taken, AbortError: words.taken,
    }[error.name] || (error.message === "decoder" ? words.noDecoder : words.failed);
    say(reason, "wait");
    box.focus();
  };

  const cameras = async () => {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
    const current = stream && stream.getVideoTracks()[0].getSettings().deviceId;
    choose.replaceChildren(...found.map((device, place) => new Option(device.label || `${words.camera} ${place + 1}`, device.deviceId, false, device.deviceId === current)));
    choose.closest("label").hidden = found.length < 2;
  };

  const open = async (wanted) => {
    wake();
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      refuse(new Error("insecure"));
      return;
    }
    say(words.waiting);
    const remembered = wanted || keep("camera");
    const ask = (video_) => navigator.mediaDevices.getUserMedia({ audio: false, video: video_ });
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    try {
      const ready = decoder();
      ready.catch(() => {});
      try {
        stream = await ask(remembered ? { ...size, deviceId: { exact: remembered } } : { ...size, facingMode: "environment" });
      } catch (error) {
        if (error.name !== "OverconstrainedError" && error.name !== "NotFoundError") throw error;
        stream = await ask(true);
      }
      await ready;
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      refuse(error);
      return;
    }
    const track = stream.getVideoTracks()[0];
    track.addEventListener("ended", () => { close(); say(words.ended, "wait"); });
    const able = track.getCapabilities ? track.getCapabilities() : {};
    torch.hidden = !able.torch;
    torch.setAttribute("aria-pressed", "false");
    start.hidden = true;
    live.hidden = false;
    say(words.ready, "info");
    stop.focus();
    await cameras().catch(() => {});
    if (navigator.wakeLock) awake = await navigator.wakeLock.request("screen").catch(() => null);
    look();
  };

  start.addEventListener("click", () => open());
  stop.addEventListener("click", () => { close(); say(words.closed); start.focus(); });
  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).then(
      () => torch.setAttribute("aria-pressed", String(on)),
      () => say(words.noTorch, "wait"),
    );
  });
  choose.addEventListener("change", () => { keep("camera", choose.value); close(); open(choose.value); });
  addEventListener("pagehide", close);
})();
