/* desk.js: keeps the server's words fresh and saves keystrokes. Every page works without it.

   Read from <html>: data-now (server time), data-keys="off", data-sound="new soon", data-title (title without counts),
     and the words: data-left-*, data-late-*, data-took-*, data-title-*, data-alert-*, data-sending, data-copied,
     data-copy-by-hand, with {d} {h} {m} {s} {n} to fill (rules/telling.py, script_words).
   b[data-due]        a running clock; data-soon = seconds of warning (600), data-from = start, for svg.used
   small[data-late]   the words of that line once the clock is late
   small[data-since]  a wait: data-words with {t}; past data-limit: data-over with {t} and {o}
   #alert, #say       what went wrong, what was done; #fresh: data-new, data-soon, data-now, asked for by desk:poll
   [data-key] [data-go]  event.code of the key (Shift+… allowed); links are followed, the rest only gets the focus
   form[data-composer]   typing marks it data-dirty; form with input[type=file] takes pasted and dropped files
   [data-copy=ID]     copies that field, then the focus goes on; [data-block] in the form forbids it; data-copied: what to say then */
(function () {
  "use strict";
  var doc = document, said = Object.assign({}, doc.documentElement.dataset, doc.body.dataset);
  var offset = 0, counts = { fresh: 0, soon: 0 };

  function byId(id) { return doc.getElementById(id); }
  function each(selector, job) { Array.prototype.forEach.call(doc.querySelectorAll(selector), job); }
  function on(name, job, target) { (target || doc).addEventListener(name, job); }
  function fill(text, parts) {
    return (text || "").replace(/\{(\w)\}/g, function (hole, name) { return name in parts ? parts[name] : hole; });
  }
  function two(number) { return number < 10 ? "0" + number : number; }
  function name(prefix, step) { return prefix + step.charAt(0).toUpperCase() + step.slice(1); }

  /* ---- 1. clocks ---- */

  // The same steps as rules/telling.py: below so many seconds, the words of that name, where there are any.
  var STEPS = [[60, "s"], [60, "-0"], [601, "ms"], [3600, "m"], [36000, "hm"], [86400, "h"], [172800, "d1"],
    [Infinity, "d"]];

  function told(prefix, seconds) {
    seconds = Math.max(0, seconds);
    var step = STEPS.filter(function (s) { return seconds < s[0] && said[name(prefix, s[1])] !== undefined; })[0];
    if (!step) { return null; }
    var hours = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    return fill(said[name(prefix, step[1])], {
      d: Math.floor(seconds / 86400), h: hours, m: step[1] === "hm" ? two(m) : m, s: step[1] === "ms" ? two(s) : s
    });
  }
  function now() { return Date.now() + offset; }  // right again after sleep: no counting, only comparing
  function setTime(text) { var at = Date.parse(text); if (at) { offset = at - Date.now(); } }
  function write(node, words) {
    var last = node.lastChild;
    if (words === null) { return; }
    if (!last || last.nodeType !== 3) { last = node.appendChild(doc.createTextNode("")); }
    if (last.data !== words) { last.data = words; }
  }
  function clock(b) {
    var due = Date.parse(b.dataset.due), left = (due - now()) / 1000;
    var tone = left <= 0 ? "late" : left <= (+b.dataset.soon || 600) ? "soon" : "calm";
    var holder = b.closest(".late,.soon,.calm"), stub = b.closest(".stub") || b.parentNode;
    write(b, left > 0 ? told("left", Math.ceil(left)) : told("late", Math.floor(-left)));
    if (holder && !holder.classList.contains(tone)) {
      holder.classList.remove("late", "soon", "calm");
      holder.classList.add(tone);
    }
    var small = stub.querySelector("small[data-late]"), used = stub.querySelector("svg.used");
    if (small && tone === "late") { write(small, small.dataset.late); }
    if (used && tone === "late") { used.remove(); }
    if (used && b.dataset.from) { share(used.firstElementChild, Date.parse(b.dataset.from), due); }
  }
  function share(rect, from, due) {
    rect.setAttribute("width", Math.max(0, Math.min(100, Math.floor((now() - from) / (due - from) * 100))));
  }
  function wait(small) {
    var past = small.dataset.limit ? Math.floor((now() - Date.parse(small.dataset.limit)) / 1000) : -1;
    var long = told("took", Math.floor((now() - Date.parse(small.dataset.since)) / 1000));
    write(small, fill(past >= 0 ? small.dataset.over : small.dataset.words, { t: long, o: told("took", past) }));
  }
  function tick() { each("b[data-due]", clock); each("small[data-since]", wait); }

  /* ---- 2. faults ---- */

  function warn(words, poll) {
    var box = byId("alert");
    if (!box || !words || (poll && box.textContent)) { return; }
    box.textContent = words;
    box.dataset.by = poll ? "poll" : "form";
  }
  function hush(onlyPoll) {  // a poll takes back its own warning, never that of a form
    var box = byId("alert");
    if (box && (!onlyPoll || box.dataset.by === "poll")) { box.textContent = ""; }
  }
  // The element that asked: after a swap the event itself may stand on the body.
  function asker(event) { return event.detail.requestConfig ? event.detail.requestConfig.elt : doc.body; }
  function polled(event) { return asker(event).id === "fresh"; }
  function fail(words) {
    return function (event) {
      var form = asker(event).closest("form[data-composer]");
      if (form) { form.dataset.dirty = ""; }
      warn(said[words], polled(event));
    };
  }
  on("htmx:sendError", fail("alertOffline"));
  on("htmx:timeout", fail("alertSlow"));
  on("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    fail(status === 429 || status === 503 ? "alertBusy" : "alertError")(event);
  });
  on("htmx:afterRequest", function (event) { if (event.detail.successful && polled(event)) { hush(true); } });
  on("submit", function () { hush(false); });

  /* ---- 3. keys ---- */

  var TYPING = "textarea,select,[contenteditable],input:not([type=checkbox]):not([type=radio]):not([type=submit])";
  var going = 0;

  function shown(node) { return !node.disabled && node.getClientRects().length > 0; }
  function row() { return doc.activeElement && doc.activeElement.closest(".slip"); }
  function find(selector) {
    var here = row(), found = Array.prototype.filter.call(doc.querySelectorAll(selector), shown);
    return found.filter(function (node) { return here && here.contains(node); })[0] || found[0];
  }
  function use(node) {
    if (!node) { return false; }
    if (node.tagName === "A") { node.click(); } else { node.focus(); }
    return true;
  }
  function step(by) {
    var rows = Array.prototype.filter.call(doc.querySelectorAll(".slip h3 a"), shown), here = row();
    var at = rows.findIndex(function (link) { return here && here.contains(link); });
    var next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) { next.focus(); next.closest(".slip").scrollIntoView({ block: "nearest" }); }
    return !!next;
  }
  function open() {
    var chev = find(".slip .chev");
    if (chev) { chev.click(); }
    return !!chev;
  }
  function leave(field) {
    var head = field.closest(".slip") && field.closest(".slip").querySelector("h3 a");
    if (head) { head.focus(); } else { field.blur(); }
  }
  function send(field) {
    var main = field.form && field.form.querySelector(".primary");
    if (main && !main.disabled) { main.click(); }
    return !!main;
  }
  function single(code) {
    if (going > Date.now()) { going = 0; return use(find('[data-go="' + code + '"]')); }
    if (use(find('[data-key="' + code + '"]'))) { return true; }
    if (code === "KeyG") { going = Date.now() + 1500; return true; }
    return code === "KeyJ" ? step(1) : code === "KeyK" ? step(-1) : code === "KeyE" ? open() : false;
  }
  on("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || !event.target.closest) { return; }
    var field = event.target.closest(TYPING), done = false;
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) { done = send(event.target); }
    else if (event.code === "Escape" && field) { leave(field); }
    else if (!field && said.keys !== "off" && !event.repeat && !(event.ctrlKey || event.altKey || event.metaKey)) {
      done = single((event.shiftKey ? "Shift+" : "") + event.code);
    } else if (!field && said.keys !== "off" && event.repeat && /^Key[JK]$/.test(event.code)) { done = single(event.code); }
    if (done) { event.preventDefault(); }
  });

  /* ---- 4. freshness ---- */

  var lastPoll = Date.now();

  function poll(force) {
    var every = doc.visibilityState === "visible" ? 10000 : 30000;
    if (!force && Date.now() - lastPoll < every - 500) { return; }
    lastPoll = Date.now();
    doc.body.dispatchEvent(new CustomEvent("desk:poll"));
  }
  function retitle(quiet) {
    var fresh = byId("fresh");
    if (!fresh) { return; }
    if (fresh.dataset.now) { setTime(fresh.dataset.now); }
    var told = { fresh: +fresh.dataset.new || 0, soon: +fresh.dataset.soon || 0 };
    if (!quiet && told.fresh > counts.fresh) { beep("new", 1); }
    if (!quiet && told.soon > counts.soon) { beep("soon", 2); }
    counts = told;
    var main = byId("main"), title = main && main.dataset.title || said.title;  // another list may have come
    if (!title) { return; }
    doc.title = [counts.fresh && fill(said.titleNew, { n: counts.fresh }),
      counts.soon && fill(said.titleSoon, { n: counts.soon }), title].filter(Boolean).join(" · ");
  }

  var audio;  // browsers let it sound only after a click on the page
  on("click", function wake() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (said.sound && Context) { audio = audio || new Context(); }
  });
  function beep(what, times) {  // each tone is switched on by itself in the settings
    for (var n = 0; audio && said.sound.indexOf(what) >= 0 && n < times; n++) {
      var tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + n * 0.25;
      volume.gain.value = 0.1;
      tone.frequency.value = times > 1 ? 660 : 880;
      tone.connect(volume);
      volume.connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.15);
    }
  }

  /* ---- 5. copy ---- */

  function say(words) { if (byId("say")) { byId("say").textContent = words; } }
  function copyOld(text) {  // plain http has no clipboard; must run inside the click
    var box = doc.createElement("textarea"), before = doc.activeElement, copied = false;
    box.value = text;
    box.readOnly = true;
    box.className = "sr";
    doc.body.appendChild(box);
    box.select();
    try { copied = doc.execCommand("copy"); } catch (no) { copied = false; }
    box.remove();
    if (before) { before.focus(); }
    return copied;
  }
  function copied(button, field, good) {
    if (!good) { field.select(); }
    (good && button.nextElementSibling || field).focus();
    say(good ? button.dataset.copied || said.copied : said.copyByHand);
  }
  on("click", function (event) {
    var button = event.target.closest("[data-copy]"), field = button && byId(button.dataset.copy);
    if (!field) { return; }
    event.preventDefault();
    var block = field.form && field.form.querySelector("[data-block]");
    if (block) { return block.focus(); }
    function old() { copied(button, field, copyOld(field.value)); }
    if (!navigator.clipboard) { return old(); }
    navigator.clipboard.writeText(field.value).then(function () { copied(button, field, true); }, old);
  });

  /* ---- 6. the composer ---- */

  var warned = false;

  on("input", function (event) {
    var form = event.target.closest("form[data-composer]");
    if (form && event.target.matches("textarea")) { form.dataset.dirty = ""; warned = false; }
  });
  on("submit", function (event) { delete event.target.dataset.dirty; });
  on("focusin", function (event) {  // a script was put in: what is written now comes after it
    if (event.target.matches("textarea[autofocus]")) { event.target.selectionStart = 1e5; }
  });
  on("beforeunload", function (event) {
    if (warned || !doc.querySelector("form[data-dirty]")) { return; }
    warned = true;
    event.preventDefault();
    event.returnValue = "";
  }, window);

  function filesInto(form, files) {
    var input = form && form.querySelector("input[type=file]:not([disabled])");
    if (!input || !files || !files.length) { return false; }
    var all = new DataTransfer();
    Array.prototype.forEach.call(input.multiple ? input.files : [], function (file) { all.items.add(file); });
    Array.prototype.forEach.call(files, function (file) { all.items.add(file); });
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  function formOf(event) { return event.target.closest && event.target.closest("form"); }
  function dragged(event) {
    var form = formOf(event), types = event.dataTransfer && event.dataTransfer.types;
    return form && form.querySelector("input[type=file]") && Array.prototype.indexOf.call(types || [], "Files") >= 0
      ? form : null;
  }
  on("paste", function (event) {
    if (filesInto(formOf(event), event.clipboardData && event.clipboardData.files)) { event.preventDefault(); }
  });
  on("dragover", function (event) {
    var form = dragged(event);
    if (form) { event.preventDefault(); form.classList.add("drop"); }
  });
  on("dragleave", function (event) { if (formOf(event)) { formOf(event).classList.remove("drop"); } });
  on("drop", function (event) {
    var form = dragged(event);
    if (!form) { return; }
    event.preventDefault();
    form.classList.remove("drop");
    filesInto(form, event.dataTransfer.files);
  });

  /* ---- 7. the pressed button ---- */

  on("htmx:beforeRequest", function (event) {
    var by = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent, button = by && by.submitter;
    if (!button || !said.sending) { return; }
    if (button.closest(".slip")) { leave(button); }  // it is disabled now, and the focus would be nowhere
    var kept = Array.prototype.slice.call(button.childNodes);
    button.textContent = said.sending;
    event.detail.xhr.addEventListener("loadend", function () {
      button.textContent = "";
      kept.forEach(function (node) { button.appendChild(node); });
    });
  });

  on("htmx:afterSettle", function () { retitle(false); tick(); });
  on("visibilitychange", function () { if (doc.visibilityState === "visible") { tick(); poll(true); } });
  setTime(said.now);
  retitle(true);
  tick();
  setInterval(function () { tick(); poll(false); }, 1000);
})();
