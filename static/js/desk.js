// The desk for those with a keyboard: a key opens what it names, and Enter does it. Off where somebody writes, and
// where it was switched off. A saved remark goes into its note at once. Everything works without this file.
(function () {
  "use strict";

  var OFF = "desk:keys-off";
  var words = {
    ar: { keys: "مفاتيح الاختصار", on: "تشغيل مفاتيح الاختصار" },
    en: { keys: "Keys", on: "Keys are on" },
  }[document.documentElement.lang];

  function isOff() {
    try {
      return localStorage.getItem(OFF) === "yes";
    } catch (closed) {
      return false;
    }
  }

  function writes(element) {
    return element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  }

  // The same key in every layout: Arabic keyboards give other letters.
  function named(event) {
    if (event.key === "?" || event.key === "؟") return "?";
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : "";
  }

  function use(element) {
    var first = element.querySelector("textarea, .button, input");
    if (element.tagName !== "DETAILS") return element.click();
    element.open = element.id !== "keys" || !element.open;
    if (element.open && first) first.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    var element;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || writes(event.target)) return;
    if (isOff() && named(event) !== "?") return;
    element = named(event) && document.querySelector('main [data-key="' + named(event) + '"]');
    if (!element) return;
    event.preventDefault();
    use(element);
  });

  // A remark that is chosen goes into its note in the language of the author; words of one's own, with the form.
  document.addEventListener("input", function (event) {
    var from = event.target;
    var note = /^saved-/.test(from.name) && from.previousElementSibling;
    var chosen = note && Array.from((from.list || from).querySelectorAll("option")).find(function (one) {
      return one.value && one.value === from.value;
    });
    if (!chosen) return;
    note.value = (note.value.trim() + "\n" + (chosen.dataset.text || chosen.value)).trim();
    from.value = "";
    note.focus();
  });

  document.addEventListener("change", function (event) {
    if (event.target.id === "keys-on") localStorage.setItem(OFF, event.target.checked ? "no" : "yes");
  });

  function make(name, content, properties) {
    var made = Object.assign(document.createElement(name), properties);
    made.append.apply(made, content);
    return made;
  }

  // The keys of this page, each by what it opens, and whether they are on.
  function tell(page) {
    var keys = make("details", [make("summary", [words.keys])], { id: "keys", className: "keys" });
    var on = make("input", [], { type: "checkbox", id: "keys-on", checked: !isOff() });
    keys.dataset.key = "?";
    page.append(keys);
    keys.append(make("dl", Array.from(page.querySelectorAll("[data-key]"), function (one) {
      var key = make("kbd", [one.dataset.key], { dir: "ltr" });
      var named = one.querySelector("summary") || one;
      return make("div", [make("dt", [key]), make("dd", [named.textContent])]);
    }), { className: "facts" }));
    keys.append(make("div", [make("label", [on, words.on])], { className: "choices" }));
  }

  function begin() {
    var page = document.querySelector("main");
    if (!page.querySelector(".decision") || document.getElementById("keys")) return;
    if (!matchMedia("(hover: none)").matches) tell(page); // a phone has no keys
  }

  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:after:swap", begin);
})();
