/* Small comforts. Every page works without this file. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);

  /* One place from which screen readers hear what changed. */
  const voice = make("div", { className: "vh" });
  voice.setAttribute("role", "status");
  document.body.append(voice);
  const say = (words) => { voice.textContent = words; };

  /* The scan page paints with the reading font only when it is already here. */
  if (document.querySelector("link[as=font]") && !document.cookie.includes("fonts=1")) {
    Promise.all(["400", "600"].map((weight) => document.fonts.load(`${weight} 1em Looped`))).then(() => {
      document.cookie = `fonts=1;path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
    }, () => {});
  }

  /* A second click does nothing but say so; the server's key guards the rest. */
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of all("button[data-words]", form)) {
      button.textContent = button.dataset.words;
      button.removeAttribute("aria-disabled");
      delete button.dataset.words;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.busy || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      say(form.dataset.busy);
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    /* After the browser has taken the fields, so that the button's own value goes along. */
    setTimeout(() => {
      if (button) {
        button.dataset.words = button.textContent;
        button.textContent = form.dataset.busy;
        button.setAttribute("aria-disabled", "true");
      }
      say(form.dataset.busy);
    });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-sent]").forEach(release); });

  /* Browsers that do not focus the error summary by themselves. */
  const errors = document.getElementById("errors");
  if (errors && document.activeElement !== errors) errors.focus();

  for (const box of all("[data-password]")) {
    const input = box.querySelector("input");
    const button = make("button", { type: "button", className: "button second", textContent: box.dataset.show });
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => {
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.textContent = show ? box.dataset.hide : box.dataset.show;
      say(show ? box.dataset.shown : box.dataset.hidden);
    });
    input.form.addEventListener("submit", () => { input.type = "password"; });
    box.append(button);
  }

  /* A box in the table's head that ticks the rows, and a line that counts them. */
  const countIn = (form) => {
    const boxes = [...form.elements].filter((item) => item.closest && item.closest("td.select") && item.type === "checkbox");
    const chosen = boxes.filter((item) => item.checked).length;
    const owned = [...all("[data-selected]", form), ...all(`[data-selected][data-form="${form.id}"]`)];
    for (const line of new Set(owned)) {
      line.textContent = line.dataset.selected.replace("{n}", chosen).replace("{all}", boxes.length);
    }
  };
  for (const head of all("th[data-select-all]")) {
    const boxes = all("td.select input", head.closest("table"));
    if (!boxes.length) continue;
    const master = make("input", { type: "checkbox" });
    const label = make("label", { className: "box" });
    label.append(master, make("span", { className: "vh", textContent: head.dataset.selectAll }));
    head.replaceChildren(label);
    const draw = () => {
      const chosen = boxes.filter((item) => item.checked).length;
      master.checked = chosen === boxes.length;
      master.indeterminate = chosen > 0 && chosen < boxes.length;
      if (boxes[0].form) countIn(boxes[0].form);
    };
    master.addEventListener("change", () => { for (const item of boxes) item.checked = master.checked; draw(); });
    head.closest("table").addEventListener("change", draw);
    addEventListener("pageshow", draw);
    draw();
  }
  /* On phones the table's head is hidden: a button does the same. */
  for (const button of all("button[data-tick]")) {
    const boxes = () => all("td.select input", document.getElementById(button.dataset.tick));
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const item of boxes()) item.checked = true;
      const first = boxes()[0];
      if (first) first.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /* Ready words are copied by a tap. */
  for (const button of all("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => {
      const done = () => { button.textContent = button.dataset.said; say(button.dataset.said); };
      const byHand = () => { source.focus(); source.select(); if (document.execCommand("copy")) done(); };
      if (navigator.clipboard) navigator.clipboard.writeText(source.value).then(done, byHand);
      else byHand();
    });
  }

  /* Chosen photos are shown, each with a button that takes it out again. */
  for (const input of all("input[type=file][data-preview]")) {
    const strip = make("div", { className: "previews" });
    input.after(strip);
    const draw = () => {
      for (const picture of all("img", strip)) URL.revokeObjectURL(picture.src);
      strip.replaceChildren(...[...input.files].filter((file) => file.type.startsWith("image/")).map((file, place) => {
        const figure = make("figure");
        const name = `${input.dataset.preview} ${place + 1}`;
        const remove = make("button", { type: "button", className: "button second", textContent: input.dataset.remove });
        remove.append(make("span", { className: "vh", textContent: ` ${name}` }));
        remove.addEventListener("click", () => {
          const rest = new DataTransfer();
          [...input.files].filter((other) => other !== file).forEach((other) => rest.items.add(other));
          input.files = rest.files;
          draw();
          input.focus();
        });
        figure.append(make("img", { src: URL.createObjectURL(file), alt: `${name} ${file.name}` }), remove);
        return figure;
      }));
    };
    input.addEventListener("change", draw);
    draw();
  }

  /* A table wider than the page scrolls in its own frame: then the keyboard must reach it. */
  for (const frame of all(".frame:not([tabindex])")) {
    if (frame.scrollWidth > frame.clientWidth + 1) {
      const caption = frame.querySelector("caption");
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", caption ? caption.textContent : "");
    }
  }

  /* Long work: the page reads itself again until the work has ended. */
  const watch = async (box) => {
    try {
      const answer = await fetch(box.dataset.watch, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("job");
      if (fresh.dataset.go) return location.assign(fresh.dataset.go);
      if (!fresh.dataset.watch) return location.reload();
      const bar = box.querySelector("progress"), now = fresh.querySelector("progress");
      if (now.hasAttribute("value")) { bar.max = now.max; bar.value = now.value; }
      all("p", box).forEach((line, place) => {
        const words = all("p", fresh)[place];
        if (words && line.textContent !== words.textContent) line.textContent = words.textContent;
      });
    } catch { /* the line is bad: asked again below */ }
    setTimeout(watch, 2000, box);
  };
  all("#job[data-watch]").forEach((box) => setTimeout(watch, 1000, box));
})();
