// The desk for those with a keyboard: a key opens what it names, and Enter does it. Off where somebody writes, and
// where it was switched off. A saved remark goes into its note at once. Everything works without this file.
(function () {
  "use strict";

  var OFF = "desk:keys-off";

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

  document.addEventListener("change", function (event) {
    var from = event.target;
    var note = from.dataset.fills && document.getElementById(from.dataset.fills);
    var chosen;
    if (from.id === "keys-on") localStorage.setItem(OFF, from.checked ? "no" : "yes");
    if (!note || !from.value) return;
    chosen = from.options[from.selectedIndex];
    note.value = (note.value.trim() + "\n" + (chosen.dataset.text || chosen.text)).trim();
    from.value = "";
    note.focus();
  });

  function begin() {
    var keys = document.getElementById("keys");
    if (!keys || matchMedia("(hover: none)").matches) return; // a phone has no keys
    keys.hidden = false;
    document.getElementById("keys-on").checked = !isOff();
  }

  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:after:swap", begin);
})();
