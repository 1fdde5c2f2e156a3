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

  // In the language of the author, as the list has it.
  function writeInto(note, from) {
    var said = from.value.trim();
    (from.list || from).querySelectorAll("option").forEach(function (one) {
      if (one.value === from.value) said = one.dataset.text || said;
    });
    note.value = (note.value.trim() + "\n" + said).trim();
    from.value = "";
    note.focus();
  }

  document.addEventListener("change", function (event) {
    var from = event.target;
    if (from.id === "keys-on") localStorage.setItem(OFF, from.checked ? "no" : "yes");
    if (/^saved-/.test(from.name) && from.value.trim()) writeInto(from.previousElementSibling, from);
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
