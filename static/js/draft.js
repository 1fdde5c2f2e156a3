// Drafts keep themselves: what changed goes to the server in small pieces while someone writes; what is not there yet
// is kept on this device for this person, and offered, never applied by itself. Without this file the button saves.
(() => {
  "use strict";
  if (document.documentElement.dataset.drafts) return; // a form came again, and its script with it
  document.documentElement.dataset.drafts = "yes";

  const REST = 3000;
  const PATIENCE = 60000;
  const PAUSES = [2000, 5000, 10000, 20000, 40000, 60000];
  const SENT = ["csrf_token", "key", "revision", "seen", "typed", "page", "owner"];
  const SMALL = 20000; // more cannot outlive its page
  const words = {
    ar: {
      down: "لم يُحفظ بعد: الخط مقطوع أو السجل مشغول. يبقى ما تكتبونه على هذا الجهاز ويُرسل تلقائياً حالما أمكن.",
      open: "لم يُحفظ بعد: الخط مقطوع، وهذا الجهاز لا يحتفظ بشيء. يرجى إبقاء هذه الصفحة مفتوحة، فيُرسل النص تلقائياً حالما أمكن.",
      out: "لم يُحفظ بعد: انتهى دخولكم. يرجى الضغط على الزر للدخول من جديد، وما كتبتموه محفوظ لكم.",
      enter: "الدخول والحفظ",
      refused: "لم يُحفظ بعد. يرجى الضغط على «حفظ المسودة» لمعرفة السبب.",
      kept: "على هذا الجهاز نص لكم ربما لم يصل إلى السجل.",
      restore: "إدراجه في الاستمارة",
      forget: "التخلي عنه",
    },
    en: {
      down: "Not saved yet: the line is down or the register busy. What you type is kept on this device and sent by itself as soon as it can be.",
      open: "Not saved yet: the line is down, and this device keeps nothing. Please leave this page open: it is sent by itself as soon as it can be.",
      out: "Not saved yet: you are signed out. Please press the button to sign in again; what you typed is kept.",
      enter: "Sign in and save",
      refused: "Not saved yet. Please press “Save the draft” to see why.",
      kept: "On this device there is text of yours that may not have reached the register.",
      restore: "Put it into the form",
      forget: "Throw it away",
    },
  }[document.documentElement.lang];
  let timer, under_way, pressed;
  let failed = 0;

  const form = () => document.querySelector("#form form[data-keep]");
  const field = (name) => name.split("-")[0];
  const ours = (name) => !name || name === "act" || SENT.includes(name);
  const word = (of, text) => { of.querySelector(".saved").textContent = text; };
  const button = (of) => of.querySelector(".bar [value=save]");
  const unsaved = (of) => (of.changed = of.changed || {});
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const values = (of, names) => Array.from(new FormData(of)).filter(([name]) => names.includes(field(name)));

  // This device: full, or closed to us, it keeps nothing.
  function device(act, name, text) {
    try {
      return localStorage[act](name, text);
    } catch {
      return false;
    }
  }

  const person = (of) => "draft:" + of.dataset.person + ":";
  const place = (of) => person(of) + of.dataset.keep + ":" + of.elements.key.value;

  function places(beginning) {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(beginning));
    } catch {
      return [];
    }
  }

  function store(of) {
    const names = Object.keys(unsaved(of));
    const copy = JSON.stringify({ names, values: values(of, names) });
    of.safe = (names.length ? device("setItem", place(of), copy) : device("removeItem", place(of))) !== false;
    window.onbeforeunload = of.safe || !names.length ? null : () => " ";
  }

  function send(of) {
    const names = Object.keys(unsaved(of));
    const counts = { ...unsaved(of) };
    const body = new FormData();
    clearTimeout(timer);
    if (under_way || pressed || !names.length || "stopped" in of.dataset) return;
    SENT.forEach((name) => of.elements[name] && body.append(name, of.elements[name].value));
    body.append("only", names.join(" "));
    values(of, names).forEach(([name, text]) => body.append(name, text));
    const mine = (under_way = new AbortController());
    const patience = setTimeout(() => mine.abort(), PATIENCE);
    const packed = !document.hidden && window.fetchPacked; // who leaves waits for nothing
    (packed || fetch)(of.dataset.keep, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: mine.signal,
      keepalive: JSON.stringify(values(of, names)).length < SMALL,
    })
      .then((answer) => answered(of, answer, counts))
      .catch(() => under_way === mine && tryAgain(of))
      .then(() => {
        clearTimeout(patience);
        if (under_way === mine) under_way = null;
      });
  }

  function tryAgain(of) {
    word(of, of.safe ? words.down : words.open);
    timer = setTimeout(send, PAUSES[Math.min(failed, PAUSES.length - 1)], of);
    failed += 1;
  }

  // What is no answer of ours (a proxy's, a public network's) is none.
  function answered(of, answer, counts) {
    const json = /json/.test(answer.headers.get("Content-Type"));
    if (answer.status === 401) {
      button(of).textContent = words.enter;
      return word(of, words.out);
    }
    if (json && answer.ok) return answer.json().then((kept) => saved(of, kept, counts));
    if (answer.status >= 500 || !(json || /HX-Target/i.test(answer.headers.get("Vary")))) throw answer;
    if (answer.status !== 422) of.dataset.stopped = ""; // the button tells why
    return json ? answer.json().then((told) => word(of, told.said)) : word(of, words.refused);
  }

  function saved(of, kept, counts) {
    device("removeItem", place(of));
    failed = 0;
    Object.keys(counts).forEach((name) => {
      if (unsaved(of)[name] === counts[name]) delete unsaved(of)[name];
    });
    of.elements.revision.value = kept.revision;
    of.elements.seen.value = kept.seen;
    of.dataset.keep = kept.keep;
    if (of.getAttribute("action") !== kept.address) {
      of.setAttribute("action", kept.address);
      of.setAttribute("hx-post", kept.address);
      if (window.htmx) window.htmx.process(of);
      history.replaceState(history.state, "", kept.address);
    }
    word(of, kept.said);
    store(of);
    clearTimeout(timer);
    timer = setTimeout(send, 0, of);
    if (button(of).textContent === words.enter) button(of).textContent = of.querySelector("[value=save]").textContent;
    document.dispatchEvent(new Event("draft:kept"));
  }

  function mark(of, names) {
    of.elements.page.value = of.elements.page.value || Math.random().toString(36).slice(2, 10);
    of.elements.typed.value = 1 + Number(of.elements.typed.value);
    names.forEach((name) => { unsaved(of)[name] = (unsaved(of)[name] || 0) + 1; });
    store(of);
  }

  // At rest, or when a field is left.
  function changed(event) {
    const of = form();
    if (!of || !of.contains(event.target) || ours(event.target.name)) return;
    if (event.type === "input" || event.target.matches("select, [type=checkbox], [type=radio]"))
      mark(of, [field(event.target.name)]);
    clearTimeout(timer);
    timer = setTimeout(send, event.type === "change" ? 0 : REST, of);
  }

  // A copy that the form shows has arrived; any other is offered.
  function offer() {
    const of = form();
    const shown = document.getElementById("kept");
    if (!of || "stopped" in of.dataset) return;
    if (shown) shown.remove();
    [of.dataset.keep.replace(/\d+\//, ""), of.dataset.keep].forEach((of_entry) => {
      places(person(of) + of_entry + ":").filter((name) => name !== place(of)).forEach((name) => {
        const copy = JSON.parse(device("getItem", name));
        const arrived = JSON.stringify(values(of, copy.names)) === JSON.stringify(copy.values);
        if (arrived) device("removeItem", name);
        else if (of_entry === of.dataset.keep) show(of, name, copy);
      });
    });
  }

  // Of several copies the last stays to be chosen, the others wait until it is.
  function show(of, name, copy) {
    const box = document.getElementById("kept") || make("div", { id: "kept", className: "note" });
    const press = (value, textContent, className, act) => make("button", { type: "button", value, textContent, className, onclick() {
      act();
      device("removeItem", name);
      offer();
    } });
    const actions = make("p", { className: "actions" });
    actions.append(
      press("restore", words.restore, "button", () => restore(of, copy)),
      press("forget", words.forget, "button quiet", () => {}),
    );
    box.textContent = "";
    box.append(make("p", { textContent: words.kept }), actions);
    of.insertBefore(box, of.querySelector(".hidden"));
  }

  function restore(of, copy) {
    const texts = (name) => copy.values.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    const missing = copy.values.filter(([name]) => !of.elements[name]);
    Array.from(of.elements).forEach((control) => {
      if (ours(control.name) || !copy.names.includes(field(control.name))) return;
      const found = texts(control.name);
      if (/checkbox|radio/.test(control.type)) control.checked = found.includes(control.value);
      else if (found.length && control.type !== "submit") control.value = found[0];
    });
    missing.forEach(([name, value]) => of.append(make("input", { type: "hidden", name, value })));
    mark(of, copy.names);
    if (missing.length) button(of).click(); // rows that this page has not: the answer shows them
    else send(of);
  }

  // A press carries everything: the piece under way need not be waited for, and none goes until it is answered.
  document.addEventListener("submit", (event) => {
    const of = form();
    if (!of || event.target !== of) return;
    clearTimeout(timer);
    if (under_way) under_way.abort();
    under_way = null;
    pressed = place(of);
    of.pressed = { ...unsaved(of) };
    window.onbeforeunload = null;
  }, true);

  // Only an answer that has the text saved makes the copy on the device needless. Where nothing else in the form is
  // to change, it is the bar alone, and says what a piece is answered with.
  document.addEventListener("htmx:after:swap", () => {
    const of = form();
    const bar = of && of.pressed && of.querySelector(".bar [data-address]");
    if (bar) {
      const { revision, seen } = of.elements;
      saved(of, { ...bar.dataset, revision: revision.value, seen: seen.value, said: bar.textContent }, of.pressed);
    } else if (pressed && !(of && of.pressed)) {
      const copy = device("getItem", pressed);
      device("removeItem", pressed);
      if (copy && of && "unsaved" in of.dataset) mark(of, JSON.parse(copy).names);
    }
    offer();
  });

  document.addEventListener("htmx:finally:request", () => {
    const of = form();
    if (!pressed) return;
    pressed = null;
    if (!of) return;
    of.pressed = false;
    clearTimeout(timer);
    timer = setTimeout(send, REST, of);
  });

  // What may be chosen while writing comes when somebody is about to: most who open the form do not.
  document.addEventListener("focusin", async (event) => {
    const { list } = event.target;
    const from = list && list.dataset.from;
    if (!from) return;
    delete list.dataset.from;
    try {
      const answer = await fetch(from, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      (await answer.text()).split("\n").forEach((value) => list.append(make("option", { value })));
    } catch {
      list.dataset.from = from;
    }
  });

  const now = () => form() && send(form());
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("visibilitychange", now);
  window.addEventListener("online", now);
  window.addEventListener("pageshow", () => {
    pressed = null;
    now();
  });
  offer();
})();
