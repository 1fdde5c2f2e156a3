// Asks the browser for a passkey and sends what it says with the form. Loaded on the pages for passkeys alone.
(function () {
  "use strict";

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = Array.from(new Uint8Array(buffer), function (one) { return String.fromCharCode(one); }).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.excludeCredentials || options.allowCredentials || []).forEach(function (one) { one.id = bytes(one.id); });
    return options;
  }

  function written(credential) {
    var names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    var response = {};
    names.forEach(function (name) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var asked = { publicKey: read(JSON.parse(form.dataset.options)) };
      event.preventDefault();
      form.querySelector(".error").hidden = true;
      navigator.credentials[form.dataset.passkey](asked).then(function (credential) {
        form.elements.credential.value = written(credential);
        form.submit();
      }).catch(function () {
        form.querySelector(".error").hidden = false;
      });
    });
    if (!window.PublicKeyCredential) form.querySelector(".error").hidden = false;
  });
})();
