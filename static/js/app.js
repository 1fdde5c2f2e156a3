// What the browser alone cannot do after a part of the page was replaced: focus, announcement, one press at a time.
// Everything works without this file.
(function () {
  "use strict";

  function focusProblem() {
    var box = document.querySelector("#alert .errors, #form .errors");
    if (box) box.focus();
    return Boolean(box);
  }

  document.addEventListener("DOMContentLoaded", focusProblem);

  document.addEventListener("htmx:after:swap", function (event) {
    var target = (event.detail.ctx || {}).target;
    if (focusProblem() || !target) return;
    if (target.id === "main") target.focus();
    var row = target.querySelector("[data-focus]");
    if (row) row.focus();
  });

  // A form that goes without htmx is sent once: a second press while it is under way does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });

  document.addEventListener("htmx:error", function () {
    var box = document.getElementById("alert");
    if (box && box.dataset) box.textContent = document.body.dataset.offline || "";
  });
})();
