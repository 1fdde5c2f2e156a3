// What the browser alone cannot do after a part of the page was replaced: focus, announcements, word of a slow or
// lost answer, one press at a time. Everything works without this file.
(function () {
  "use strict";

  var under_way = 0;
  var sent = {};
  var late = [];
  var former = "";
  var goesPlain = false;

  // Said where no answer comes, so they must be on the device before. Here no page need carry them.
  var words = {
    ar: {
      lost: "لم يصل الجواب، وقد يكون الخط منقطعاً. ما كتبتموه باقٍ هنا، يرجى إعادة المحاولة بعد قليل.",
      again: "لم يصل جواب. إعادة المحاولة:",
      busy: "جارٍ التنفيذ …"
    },
    en: {
      lost: "The answer did not arrive: the line may be down. What you typed is still here; please try again in a moment.",
      again: "No answer came. Try again:",
      busy: "Under way …"
    }
  }[document.documentElement.lang];

  if (window.htmx) window.htmx.config.defaultTimeout = 120000;

  function find(target) {
    return typeof target === "string" ? document.querySelector(target) : target;
  }

  function say(text) {
    var live = document.getElementById("said");
    if (live) live.textContent = text;
  }

  function busy(change) {
    var word = document.getElementById("busy");
    under_way = Math.max(0, under_way + change);
    if (word) word.textContent = under_way ? words.busy : "";
  }

  function focus(element) {
    if (!element) return false;
    if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: !element.matches(".errors, .row *") });
    return true;
  }

  function state(control) {
    return /^(checkbox|radio)$/.test(control.type) ? control.checked : control.value.trim();
  }

  function controls() {
    return Array.from(document.querySelectorAll("#form [name]:not(button):not([type=hidden])"));
  }

  function named(control) {
    return control.name + (/^(checkbox|radio)$/.test(control.type) ? "=" + control.value : "");
  }

  // What is typed while the form is under way: kept beside what was sent, and put into the form that comes back.
  function remember() {
    sent = {};
    controls().forEach(function (control) {
      sent[named(control)] = state(control);
    });
  }

  function typedMeanwhile() {
    return controls().filter(function (control) {
      return named(control) in sent && state(control) !== sent[named(control)];
    });
  }

  function giveBack(changed) {
    changed.forEach(function (old) {
      var control = controls().find(function (one) { return named(one) === named(old); });
      if (!control || state(control) !== sent[named(old)]) return;
      control.checked = old.checked;
      if (state(control) !== state(old)) control.value = old.value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function pressedBefore(context, target) {
    var pressed = context.request && context.request.submitter;
    if (!pressed || !pressed.name) return null;
    return target.querySelector('.bar [name="' + pressed.name + '"][value="' + pressed.value + '"]');
  }

  // A key may have opened something of the new page before it is announced: who pressed it stays there. What only
  // has the place of the former focus was put there by htmx.
  function movedMeanwhile(target) {
    var now = document.activeElement;
    return now !== target && target.contains(now) && (!now.id || now.id !== former);
  }

  function focusAfterSwap(context, target) {
    var errors = target.querySelector(".errors[tabindex]");
    var added = target.querySelector("[data-focus]");
    if (focus(errors)) return;
    if (late.length && document.activeElement !== document.body) return;
    if (added) return focus(added.querySelector("input, select, textarea"));
    if (target.id === "main") return movedMeanwhile(target) || focus(target.querySelector("h1"));
    if (document.activeElement === document.body) focus(pressedBefore(context, target) || target);
  }

  function clearAlert() {
    var alert = document.getElementById("alert");
    if (!alert) return null;
    alert.replaceChildren();
    alert.className = "";
    return alert;
  }

  // The word of a lost answer stays in view, and the person where they were.
  function lost() {
    var alert = clearAlert();
    var box = document.createElement("p");
    if (!alert) return;
    box.className = "errors";
    box.textContent = words.lost;
    alert.className = "lost";
    alert.append(box);
  }

  // The button that was pressed says so too, and sends the same again.
  function offerAgain(context) {
    var button = pressedBefore(context, document) || context.request.submitter || context.sourceElement;
    lost();
    if (!button.matches("button, a.button")) return;
    button.dataset.word = button.textContent;
    button.textContent = words.again + " " + button.textContent;
    setTimeout(function () {
      if (document.activeElement === document.body) button.focus();
    });
  }

  function offerNoMore(selector) {
    document.querySelectorAll(selector).forEach(function (button) {
      button.textContent = button.dataset.word;
      delete button.dataset.word;
      clearAlert();
    });
  }

  // Who used this browser last; undefined where it keeps nothing.
  function person(act, id) {
    try {
      return localStorage[act]("person", id);
    } catch {
      return undefined;
    }
  }

  // Copies of what was typed here (draft.js): all of them, or those of one form.
  function forgetCopies(form) {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf("draft:") === 0 && name.endsWith(form)) localStorage.removeItem(name);
      });
    } catch {
      // This browser keeps nothing.
    }
  }

  if (document.body.dataset.arrived) forgetCopies(":" + document.body.dataset.arrived);

  document.addEventListener("DOMContentLoaded", function () {
    focus(document.querySelector("main .errors[tabindex]"));
    person("setItem", document.body.dataset.person);
  });

  // What is empty need not go up a slow line: the server takes a field that was not sent as empty. Rows count, so
  // of those only a single one that is empty altogether.
  function needless(body, name) {
    var rows = name.split("-")[0] + "-";
    var together = Array.from(body.keys()).filter(function (other) {
      return other === name || (/-\d+-/.test(name) && other.indexOf(rows) === 0);
    });
    return together.every(function (other) {
      return (!/-\d+-/.test(other) || other.indexOf(rows + "0-") === 0) && body.getAll(other).join("") === "";
    });
  }
  document.addEventListener("htmx:config:request", function (event) {
    var body = event.detail.ctx.request.body;
    if (!body || !body.getAll) return;
    var empty = Array.from(body.keys()).filter(function (name) { return needless(body, name); });
    empty.forEach(function (name) { body.delete(name); });
  });

  // All of our answers say in `Vary` that they differ by target; a proxy's error, or the sign-in of a public network,
  // does not.
  function isOurs(headers) {
    return /HX-Target/i.test(headers.get("Vary"));
  }

  // Words go up a slow line as gzip where the browser can: as half of what they are, and less. Where something on the
  // way takes none, the next try is as it always was.
  function packs(body) {
    if (goesPlain || !window.CompressionStream || !(body instanceof FormData)) return false;
    return Array.from(body.values()).every(function (value) { return typeof value === "string"; });
  }

  window.fetchPacked = function (address, request) {
    var whole, packing;
    if (!packs(request.body)) return fetch(address, request);
    whole = new Response(request.body);
    packing = new Response(whole.body.pipeThrough(new CompressionStream("gzip")));
    return packing.blob().then(function (body) {
      var headers = { "Content-Type": whole.headers.get("Content-Type"), "Content-Encoding": "gzip" };
      headers = Object.assign({}, request.headers, headers);
      return fetch(address, Object.assign({}, request, { body: body, headers: headers }));
    }).then(function (answer) {
      goesPlain = !isOurs(answer.headers);
      return answer;
    });
  };

  document.addEventListener("htmx:before:request", function (event) {
    event.detail.ctx.fetch = window.fetchPacked;
    ["HX-Current-URL", "HX-Request-Type", "HX-Source"].forEach(function (name) {
      delete event.detail.ctx.request.headers[name]; // nobody asks for it, and it would go up a slow line
    });
    offerNoMore("[data-word]");
    busy(1);
    remember();
  });
  document.addEventListener("htmx:finally:request", function () {
    busy(-1);
  });

  document.addEventListener("htmx:before:swap", function () {
    late = typedMeanwhile();
    former = document.activeElement && document.activeElement.id;
  });

  document.addEventListener("htmx:after:swap", function (event) {
    var context = event.detail.ctx;
    var target = find(context.target);
    if (!target) return;
    giveBack(late);
    if (target.id === "form" || target.id === "results") clearAlert();
    focusAfterSwap(context, target);
    var news = target.querySelector("[data-say]");
    say(news ? news.textContent.trim() : "");
  });

  document.addEventListener("htmx:error", function (event) {
    if (event.detail.ctx) offerAgain(event.detail.ctx);
  });

  // What is no answer of ours must not take the place of what was typed.
  document.addEventListener("htmx:before:response", function (event) {
    if (isOurs(event.detail.ctx.response.headers)) return;
    event.preventDefault();
    offerAgain(event.detail.ctx);
  });

  // What the press should have saved has been saved by itself since.
  document.addEventListener("draft:kept", function () {
    offerNoMore("[data-word][value=save]");
  });

  // A form that goes without htmx is sent once: a second press while it is under way does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    else busy(1);
    if (form.getAttribute("action") === "/logout") {
      person("removeItem");
      forgetCopies("");
    }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function (event) {
    // Going back after signing out shows nobody's page again.
    if (event.persisted && person("getItem") !== document.body.dataset.person) location.reload();
    busy(-under_way);
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });
})();
