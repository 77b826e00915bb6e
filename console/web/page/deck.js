// Starts the terminal when its font is there, gives phones keys, and says when what is shown is old.
"use strict";
(() => {
  const STALE_MS = 8000, PING_MS = 3000, AGAIN_MS = 3000;
  const body = document.body;
  const by = (id) => document.getElementById(id);
  const touch = matchMedia("(pointer: coarse)").matches;
  let socket = null, heard = performance.now(), ended = false, opened = false;

  // The terminal keeps its socket to itself; its keys and its silence have to be seen from here.
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      socket = this;
      heard = performance.now();
      this.addEventListener("open", () => { opened = true; });
      this.addEventListener("message", (event) => {
        heard = performance.now();
        if (typeof event.data === "string") {
          const said = JSON.parse(event.data);
          if (said[0] === "ended") over(said[1].said);
        }
      });
      this.addEventListener("close", () => { if (!ended) lost(); });
    }
    send(data) {
      if (this.readyState === Plain.OPEN) super.send(data); // the terminal tells of its focus before that
    }
  };

  const send = (said) => socket?.send(JSON.stringify(said));
  const type = (text) => send(["stdin", text]);

  // Nothing is worse than a picture that has stopped and does not say so.
  const show = (stale) => {
    by("stale").hidden = !stale;
    body.classList.toggle("-stale", stale);
  };
  setInterval(() => {
    send(["ping", String(Date.now())]);
    if (!ended) show(performance.now() - heard > STALE_MS);
  }, PING_MS);

  const over = (said) => {
    ended = true;
    show(false);
    by("why").textContent = said ? "已结束 · ended: " + said : "已结束 · ended";
    by("ended").hidden = false;
  };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const lost = async () => {
    show(true);
    if (!opened) await pause(AGAIN_MS); // refused: coming again at once would be refused at once
    try {
      const answer = await fetch("/alive", { cache: "no-store" });
      if (answer.ok) { location.reload(); return; }
    } catch { /* not there yet */ }
    setTimeout(lost, AGAIN_MS);
  };
  by("again").addEventListener("click", () => location.reload());

  const sizes = [8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24];
  const asked = Number(new URLSearchParams(location.search).get("fontsize") || localStorage.getItem("fontsize"));
  const size = sizes.includes(asked) ? asked : innerWidth < 600 ? 10 : 15;
  const resized = (by) => {
    const next = sizes[sizes.indexOf(size) + by];
    if (next === undefined) return;
    localStorage.setItem("fontsize", String(next));
    location.href = location.pathname;
  };

  const textarea = () => document.querySelector(".xterm-helper-textarea");
  const KEYS = [
    ["esc", "\x1b"], ["↵", "\r"], ["↑", "\x1b[A"], ["↓", "\x1b[B"], ["←", "\x1b[D"], ["→", "\x1b[C"], ["tab", "\t"],
    ["PgUp", "\x1b[5~"], ["PgDn", "\x1b[6~"], ["a", "a"], ["A", "A"], ["p", "p"], ["y", "y"], ["n", "n"], [":", ":"],
    ["/", "/"], ["!", "!"], ["?", "?"], ["space", " "],
  ];
  const button = (label, act) => {
    const one = document.createElement("button");
    one.textContent = label;
    one.addEventListener("pointerdown", (event) => event.preventDefault()); // the terminal keeps the focus
    one.addEventListener("click", () => act(one));
    by("keys").append(one);
    return one;
  };
  const buildKeys = () => {
    button("⌨", (one) => {
      const open = textarea().inputMode === "none";
      textarea().inputMode = open ? "text" : "none";
      one.setAttribute("aria-pressed", String(open));
      textarea().blur();
      if (open) textarea().focus();
    });
    for (const [label, text] of KEYS) button(label, () => type(text));
    button("A−", () => resized(-1));
    button("A+", () => resized(1));
    body.classList.add("-keys");
  };

  const start = async () => {
    const terminal = by("terminal");
    terminal.dataset.fontSize = String(size);
    terminal.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
    if (touch) buildKeys();
    try { await document.fonts.load(`${size}px "Roboto Mono"`); } catch { /* another font does */ }
    const script = document.createElement("script");
    script.src = "/static/textual.js";
    script.addEventListener("load", () => {
      const begin = window.onload; // the page may be loaded already or not: begin once, and now
      window.onload = null;
      begin();
      if (textarea() === null) return;
      if (touch) textarea().inputMode = "none"; // a tap chooses a row; the ⌨ key brings the keyboard
      textarea().focus({ preventScroll: true });
    });
    document.head.append(script);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) heard = performance.now(); });
  start();
})();
