// A file goes up in pieces that survive a cut, a restart of the server or of the browser (tus 1.0); a photo is made
// small before. What has come lies on the server, for its sender alone: the same file chosen again goes on there, on
// any device, and nothing of it is kept on a shared one. Without this file the form sends the file whole.
(function () {
  "use strict";

  var PIECE = 65536;
  var PAUSES = [2000, 5000, 10000, 20000, 40000, 60000];
  var LONGEST_SIDE = 1600;
  var LIGHT = 200000;
  var MOST_FAILURES = 5;
  var job = null;

  function part(id) {
    return document.getElementById(id);
  }

  function announce(text) {
    var live = part("said");
    if (live) live.textContent = text;
  }

  function show(text) {
    part("come-word").textContent = text;
  }

  function progress(come) {
    var bar = part("come");
    var quarter = Math.floor((4 * come) / job.data.size);
    var text = job.form.dataset.come
      .replace("{come}", Math.round(come / 1000))
      .replace("{all}", Math.max(1, Math.round(job.data.size / 1000)));
    bar.max = job.data.size;
    bar.value = come;
    show(text);
    if (quarter > job.quarter) announce(text);
    job.quarter = quarter;
  }

  function problem(text) {
    var error = part("file-error");
    stop();
    error.hidden = !text;
    error.textContent = text;
    part("file").setAttribute("aria-describedby", "file-hint file-error");
    part("file").setAttribute("aria-invalid", "true");
    part("file").focus();
    announce(text);
  }

  function stop() {
    clearTimeout(job.timer);
    if (job.request) job.request.abort();
    part("under-way").hidden = true;
    job.form.querySelector("button:not([type])").disabled = false;
    job = null;
  }

  // A photo of at most 1600 px and about 200 kB. JPEG and not WebP, as old office PCs open nothing else by a double
  // click. What the browser cannot read goes as it is: the server says what is wrong with it.
  function shrink(file) {
    if (!/^image\//.test(file.type) || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file).then(function (picture) {
      var scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      var canvas = document.createElement("canvas");
      var pen = canvas.getContext("2d");
      if (scale === 1 && file.size <= LIGHT) return file;
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      return encode(canvas, [0.8, 0.65, 0.5, 0.35]).then(function (small) {
        return small && small.size < file.size ? small : file;
      });
    }).catch(function () {
      return file;
    });
  }

  function encode(canvas, qualities) {
    return new Promise(function (resolve) {
      canvas.toBlob(function (blob) {
        if (blob && blob.size > LIGHT && qualities.length > 1) encode(canvas, qualities.slice(1)).then(resolve);
        else resolve(blob);
      }, "image/jpeg", qualities[0]);
    });
  }

  // A mark of the very bytes, so that another file of the same name never goes on in the place of this one. (The
  // browser's own SHA-256 is missing where the register is reached without HTTPS.)
  function mark(blob) {
    return new Promise(function (resolve, reject) {
      var reader = new FileReader();
      reader.onerror = reject;
      reader.onload = function () {
        var bytes = new Uint8Array(reader.result);
        var one = 0x811c9dc5;
        var two = 0x1000193;
        var i;
        for (i = 0; i < bytes.length; i += 1) {
          one = Math.imul(one ^ bytes[i], 0x01000193);
          two = Math.imul(two ^ bytes[i], 0x5bd1e995) ^ (two >>> 15);
        }
        resolve([bytes.length, one >>> 0, two >>> 0].join("-"));
      };
      reader.readAsArrayBuffer(blob);
    });
  }

  function encoded(text) {
    return btoa(unescape(encodeURIComponent(text)));
  }

  function metadata() {
    var form = job.form;
    var told = {
      filename: job.name,
      key: job.key,
      purpose: form.elements.purpose.value,
      description: form.elements.description.value
    };
    return Object.keys(told).filter(function (name) { return told[name]; }).map(function (name) {
      return name + " " + encoded(told[name]);
    }).join(",");
  }

  function ask(method, address, headers, body, then) {
    var request = new XMLHttpRequest();
    var mine = job;
    var all = Object.assign({ "Tus-Resumable": "1.0.0", "X-CSRFToken": job.form.elements.csrf_token.value }, headers);
    request.open(method, address);
    request.timeout = 180000;
    Object.keys(all).forEach(function (name) { request.setRequestHeader(name, all[name]); });
    if (body && request.upload) {
      request.upload.onprogress = function (event) {
        if (job === mine) progress(job.offset + Math.min(event.loaded, body.size));
      };
    }
    request.onerror = request.ontimeout = function () {
      if (job === mine) lost();
    };
    request.onload = function () {
      if (job === mine) answered(request, then);
    };
    job.request = request;
    request.send(body || null);
  }

  function answered(request, then) {
    job.request = null;
    if (/\/login(\?|$)/.test(request.responseURL)) return problem(job.form.dataset.ended);
    if (request.status >= 500 || (request.status === 409 && !request.getResponseHeader("Upload-Offset"))) return failed(request);
    if (request.status < 400 && !request.getResponseHeader("Tus-Resumable")) return lost();
    if (request.status === 422) return problem(request.responseText);
    if (request.status === 404 && job.address) return begin();
    if (request.status >= 400 && request.status !== 409) return problem(job.form.dataset.failed);
    job.failed = 0;
    return then(request);
  }

  // The line is down: again after growing pauses, at once when the browser says that it is back.
  function lost() {
    show(job.form.dataset.down);
    if (!job.failed) announce(job.form.dataset.down);
    job.timer = setTimeout(resume, PAUSES[Math.min(job.failed, PAUSES.length - 1)]);
    job.failed += 1;
  }

  // The line is good, and the server cannot. Told when to come back, we do; else, tried often enough without a piece
  // that was taken, somebody has to know of it.
  function failed(request) {
    var told = request.status === 503 && Number(request.getResponseHeader("Retry-After"));
    var number = request.getResponseHeader("X-Request-ID") || request.status;
    var pause = PAUSES[Math.min(job.failures + job.waits, PAUSES.length - 1)];
    if (told) job.waits += 1;
    else job.failures += 1;
    if (job.failures === MOST_FAILURES) return problem(job.form.dataset.broken.replace("{number}", number));
    show(job.form.dataset.again);
    if (job.failures + job.waits === 1) announce(job.form.dataset.again);
    job.timer = setTimeout(resume, Math.max(pause, 1000 * told));
  }

  function resume() {
    clearTimeout(job.timer);
    if (job.address) ask("HEAD", job.address, {}, null, goOn);
    else begin();
  }

  function begin() {
    var headers = { "Upload-Length": String(job.data.size), "Upload-Metadata": metadata() };
    job.address = null;
    ask("POST", job.form.dataset.uploads, headers, null, function (request) {
      job.address = request.getResponseHeader("Location");
      goOn(request);
    });
  }

  function goOn(request) {
    job.offset = Number(request.getResponseHeader("Upload-Offset"));
    progress(job.offset);
    if (!job.paused) send();
  }

  function send() {
    var piece = job.data.slice(job.offset, job.offset + PIECE);
    var headers = { "Upload-Offset": String(job.offset), "Content-Type": "application/offset+octet-stream" };
    ask("PATCH", job.address, headers, piece, function (request) {
      if (request.status === 204) job.failures = job.waits = 0;
      if (request.status === 204 && Number(request.getResponseHeader("Upload-Offset")) === job.data.size) end();
      else goOn(request);
    });
  }

  function end() {
    var address = job.form.getAttribute("action");
    job = null;
    location.assign(address);
  }

  function start(form, file) {
    var mine = (job = { form: form, name: file.name, data: file, offset: 0, failed: 0, failures: 0, waits: 0, quarter: 0 });
    form.querySelector("button:not([type])").disabled = true;
    part("file-error").hidden = true;
    part("file").removeAttribute("aria-invalid");
    part("pause").textContent = form.dataset.pause;
    part("under-way").hidden = false;
    part("come").removeAttribute("value");
    show(form.dataset.preparing);
    shrink(file).then(function (data) {
      mine.data = data;
      if (data !== file) mine.name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
      return mark(data);
    }).then(function (key) {
      mine.key = key;
      if (job === mine) begin();
    }).catch(function () {
      if (job === mine) problem(form.dataset.failed);
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var file = form.dataset.uploads && form.elements.file.files && form.elements.file.files[0];
    if (!file || !file.size || !window.Promise) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!job) start(form, file);
  }, true);

  document.addEventListener("click", function (event) {
    if (!job || event.target.id !== "pause") return;
    job.paused = !job.paused;
    event.target.textContent = job.paused ? job.form.dataset.on : job.form.dataset.pause;
    if (!job.paused) return resume();
    clearTimeout(job.timer);
    if (job.request) job.request.abort();
    show(job.form.dataset.paused);
  });

  window.addEventListener("online", function () {
    if (job && job.failed && !job.paused) resume();
  });
})();
