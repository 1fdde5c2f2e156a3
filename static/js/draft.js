// Drafts keep themselves: what changed goes to the server in small pieces while someone writes; what is not there yet
// is kept on this device for this person, and offered, never applied by itself. Without this file the button saves.
(function () {
  "use strict";

  var REST = 3000;
  var PAUSES = [5000, 10000, 20000, 40000, 60000];
  var OURS = ["csrf_token", "key", "revision", "seen", "act", "owner"];
  var timer = null;
  var failed = 0;
  var under_way = null;
  var pressed = null;

  function form() {
    return document.querySelector("#form form[data-keep]");
  }

  function place(of) {
    return "draft:" + of.dataset.person + ":" + of.dataset.keep;
  }

  function field(name) {
    return name.split("-")[0];
  }

  function unsaved(of) {
    return (of.changed = of.changed || {});
  }

  function values(of, names) {
    return Array.from(new FormData(of)).filter(function (pair) {
      return names.indexOf(field(pair[0])) >= 0;
    });
  }

  function word(of, text) {
    of.querySelector(".saved").textContent = text;
  }

  function store(of) {
    var names = Object.keys(unsaved(of));
    try {
      if (names.length) localStorage.setItem(place(of), JSON.stringify({ names: names, values: values(of, names) }));
      else localStorage.removeItem(place(of));
    } catch (full) {
      return;
    }
  }

  function send(of) {
    var names = Object.keys(unsaved(of));
    var body = new FormData();
    var counts = Object.assign({}, unsaved(of));
    clearTimeout(timer);
    if (under_way || !names.length || of.dataset.stopped) return;
    ["csrf_token", "key", "revision", "seen", "owner"].forEach(function (name) {
      if (of.elements[name]) body.append(name, of.elements[name].value);
    });
    body.append("only", names.join(" "));
    values(of, names).forEach(function (pair) {
      body.append(pair[0], pair[1]);
    });
    under_way = fetch(of.dataset.keep, { method: "POST", body: body, redirect: "manual", credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 409 || answer.status === 422) return refused(of, answer);
        if (!answer.ok) throw new Error(answer.status);
        return answer.json().then(function (kept) {
          saved(of, kept, counts);
        });
      })
      .catch(function () {
        word(of, of.dataset.down);
        timer = setTimeout(send, PAUSES[Math.min(failed, PAUSES.length - 1)], of);
        failed += 1;
      })
      .then(function () {
        under_way = null;
        if (of.waiting) of.waiting();
      });
  }

  function saved(of, kept, counts) {
    localStorage.removeItem(place(of));
    failed = 0;
    Object.keys(counts).forEach(function (name) {
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
  }

  function refused(of, answer) {
    if (answer.status === 422) return null;
    of.dataset.stopped = "yes"; // a colleague saved meanwhile: the button leads to both texts
    return answer.json().then(function (told) {
      word(of, told.said);
    });
  }

  function mark(of, control) {
    var name = field(control.name);
    unsaved(of)[name] = (unsaved(of)[name] || 0) + 1;
    store(of);
  }

  // At rest, or when a field is left.
  function changed(event) {
    var of = form();
    if (!of || !of.contains(event.target) || !event.target.name || OURS.indexOf(event.target.name) >= 0) return;
    if (event.type === "input" || event.target.matches("select, [type=checkbox], [type=radio]")) mark(of, event.target);
    clearTimeout(timer);
    timer = setTimeout(send, event.type === "change" ? 0 : REST, of);
  }

  function offer() {
    var of = form();
    var kept = of && localStorage.getItem(place(of));
    var box = document.getElementById("kept");
    if (!kept || !box) return;
    box.hidden = false;
    box.querySelector("[value=restore]").onclick = function () {
      restore(of, JSON.parse(kept));
      box.hidden = true;
    };
    box.querySelector("[value=forget]").onclick = function () {
      localStorage.removeItem(place(of));
      box.hidden = true;
    };
  }

  function restore(of, kept) {
    Array.from(of.elements).forEach(function (control) {
      if (kept.names.indexOf(field(control.name || "")) < 0 || OURS.indexOf(control.name) >= 0) return;
      var texts = kept.values.filter(function (pair) { return pair[0] === control.name; });
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = texts.some(function (pair) { return pair[1] === control.value; });
      } else if (texts.length && control.tagName !== "BUTTON") {
        control.value = texts[0][1];
      }
    });
    kept.names.forEach(function (name) { unsaved(of)[name] = 1; });
    send(of);
  }

  // A press of a button waits for the piece that is under way: its answer carries the version that the press must name.
  document.addEventListener("submit", function (event) {
    var of = form();
    if (event.target.getAttribute("action") === "/logout") forgetAll();
    if (!of || event.target !== of) return;
    clearTimeout(timer);
    pressed = place(of);
    if (!under_way) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    of.waiting = function () {
      of.waiting = null;
      of.requestSubmit(event.submitter);
    };
  }, true);

  function forgetAll() {
    Object.keys(localStorage).forEach(function (name) {
      if (name.indexOf("draft:") === 0) localStorage.removeItem(name);
    });
  }

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("DOMContentLoaded", offer);
  // Only an answer that has the text, saved or back in the form, makes the copy on the device needless.
  document.addEventListener("htmx:after:swap", function (event) {
    var status = event.detail.ctx.response.status;
    if (pressed && (status === 200 || status === 422)) localStorage.removeItem(pressed);
    pressed = null;
    offer();
  });
  window.addEventListener("online", function () {
    var of = form();
    if (of) send(of);
  });
})();
