/* A room where things get their labels. Each scan is kept on the telephone first, then sent; without a network it waits.
   The server decides what becomes of it: here nothing is judged, only kept, sent in order, and shown. */
(() => {
  "use strict";
  const form = document.getElementById("scan");
  const room = document.getElementById("room");
  const store = window.labellingStore;
  if (!form || !room || !store || !window.indexedDB) return;
  const words = document.getElementById("labelling-words").dataset;
  const address = location.pathname;
  const unsentLine = document.getElementById("unsent");
  let list = null;
  let sending = false;

  const make = (name, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };
  const tell = (outcome, said) => form.dispatchEvent(new CustomEvent("told", { detail: { outcome, said } }));
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const draw = async () => {
    const acts = await store.acts();
    const waiting = acts.filter((act) => !act.refused);
    const others = list ? waiting.filter((act) => act.person !== list.person).length : 0;
    unsentLine.hidden = !acts.length;
    unsentLine.replaceChildren(
      ...(waiting.length ? [make("p", { textContent: words.unsent.replace("{n}", waiting.length) })] : []),
      ...(others ? [make("p", { textContent: words.others.replace("{n}", others) })] : []),
      ...acts.filter((act) => act.refused).map((act) => {
        const seen = make("button", { type: "button", className: "button second", textContent: words.seen });
        seen.addEventListener("click", () => store.drop(act.order).then(draw));
        return make("div", { className: "bar" }, make("p", { textContent: act.refused }), seen);
      }),
    );
    if (!list) {
      room.replaceChildren(make("p", { className: "empty", textContent: words.noList }));
      return;
    }
    if (form.dataset.shell) document.querySelector("h1").textContent = document.title = list.title;
    const chosen = (document.querySelector("input[name=asset]:checked") || {}).value;
    const pending = new Set(waiting.filter((act) => act.address === address && act.asset).map((act) => act.asset));
    const item = (thing) => {
      const text = make("span", {}, thing.name, make("small", { className: "keep", textContent: thing.number }));
      if (thing.detail) text.append(make("small", { textContent: thing.detail }));
      if (pending.has(thing.number)) text.append(make("small", { textContent: words.pending }));
      const radio = make("input", { type: "radio", name: "asset", value: thing.number, checked: thing.number === chosen });
      radio.setAttribute("form", "scan");
      return make("label", { className: "choice" }, radio, text);
    };
    const without = list.things.filter((thing) => !thing.labelled);
    const group = make("div", {}, ...without.map(item));
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", words.without.replace("{n}", list.total - list.labelled));
    const bar = make("progress", { max: Math.max(1, list.total), value: list.labelled });
    bar.setAttribute("aria-label", words.progress);
    const undo = make("button", { type: "button", className: "button second", textContent: words.undo });
    undo.addEventListener("click", () => takeBack(waiting));
    const said = waiting.length ? words.lastUnsent.replace("{code}", waiting[waiting.length - 1].code) : list.csrf && list.last;
    room.replaceChildren(
      make("p", { textContent: words.done.replace("{n}", list.labelled).replace("{all}", list.total) }), bar,
      ...(said ? [make("div", { className: "bar" }, make("p", { textContent: said }), undo)] : []),
      make("h2", { textContent: words.without.replace("{n}", list.total - list.labelled) }), group,
      make("h2", { textContent: words.with.replace("{n}", list.labelled) }),
      make("ul", { className: "rows" }, ...list.things.filter((thing) => thing.labelled).map((thing) =>
        make("li", {}, make("div", {}, thing.name, make("small", { className: "keep", textContent: thing.number }))))),
    );
  };

  /* What was not sent is simply forgotten; what was sent, the server takes back. */
  const takeBack = async (waiting) => {
    if (sending) return;
    if (waiting.length) {
      await store.drop(waiting[waiting.length - 1].order);
    } else {
      const data = new FormData();
      const given = { csrf_token: list.csrf, key: newKey(), place: address.split("/").pop() };
      for (const [name, value] of Object.entries(given)) data.set(name, value);
      await fetch(address.replace(/rooms\/\d+$/, "undo"), { method: "POST", body: data, credentials: "same-origin" })
        .then(fetchList).catch(() => tell("refused", words.signedOut));
    }
    await draw();
  };

  const keepList = async (fresh) => {
    list = { ...fresh, address };
    const { csrf, ...kept } = list;
    await store.keepList(kept);
  };
  const fetchList = async () => {
    const answer = await fetch(`${address}/list`, { credentials: "same-origin" });
    if (answer.redirected || !answer.ok) throw Object.assign(new Error("signed out"), { signedOut: true });
    await keepList(await answer.json());
  };

  /* In order, one room after the other; nothing leaves the telephone's store before the server has answered for it. */
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      for (;;) {
        const acts = await store.acts();
        if (!acts.some((act) => !act.refused)) break;
        if (!list || !list.csrf) await fetchList();
        const mine = acts.filter((act) => !act.refused && act.person === list.person);
        if (!mine.length) break;
        const next = mine.slice(0, 50).filter((act, place, all) => all.slice(0, place + 1).every((one) => one.address === mine[0].address));
        const data = new FormData();
        data.set("csrf_token", list.csrf);
        data.set("acts", JSON.stringify(next.map(({ key, code, asset, adopt, at }) => ({ key, code, asset, adopt, at }))));
        const answer = await fetch(next[0].address, { method: "POST", body: data, credentials: "same-origin" });
        if (answer.redirected || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
          list.csrf = "";
          tell("refused", words.signedOut);
          break;
        }
        const told = await answer.json();
        if (!answer.ok) {
          tell("refused", told.said || words.signedOut);
          break;
        }
        for (const [place, outcome] of told.outcomes.entries()) {
          const act = next[place];
          const done = outcome.signal === "added" || outcome.signal === "already";
          if (done) await store.drop(act.order);
          else await store.keep({ ...act, refused: `${act.code}: ${outcome.said}` });
          tell(outcome.signal, outcome.said);
        }
        if (next[0].address === address) await keepList(told.list);
      }
    } catch (error) {
      if (list) list.csrf = "";
      const count = (await store.acts()).filter((act) => !act.refused).length;
      if (count) tell("already", error.signedOut ? words.signedOut : words.offline.replace("{n}", count));
    } finally {
      sending = false;
      await draw();
    }
  };

  form.addEventListener("scanned", (event) => {
    event.preventDefault();
    if (!list) {
      tell("unknown", words.noList);
      return;
    }
    const chosen = document.querySelector("input[name=asset]:checked");
    const adopt = form.elements.adopt.checked;
    const act = { key: newKey(), address, person: list.person, code: event.detail, asset: chosen ? chosen.value : "", adopt, at: new Date().toISOString() };
    if (chosen) chosen.checked = false;
    form.elements.adopt.checked = false;
    store.keep(act).then(draw).then(send, () => tell("unknown", words.full));
  });
  addEventListener("online", send);

  const begin = async () => {
    try {
      list = await store.list(address);
      if (navigator.serviceWorker) {
        navigator.serviceWorker.register("/labelling/worker.js", { scope: "/labelling/" }).catch(() => {});
      }
      await fetchList();
    } catch { /* no network: the kept list serves */ }
    await draw();
    await send();
  };
  begin();
})();
