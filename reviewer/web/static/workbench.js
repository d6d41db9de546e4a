/* The workbench's only own script: keys, marks and cards, progress of uploads. Everything is looked up when it is
   needed, because htmx brings parts of the page later. No page works out anything with it that the server does not check. */
(function () {
  "use strict";
  var doc = document;

  function all(selector, within) { return Array.prototype.slice.call((within || doc).querySelectorAll(selector)); }
  function cards() { return all(".card").filter(function (one) { return !one.hidden; }); }
  function current() { return doc.querySelector(".card.on"); }
  function typing(target) { return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type); }

  // --- marks and cards

  function mark(number) {
    var first = null;
    all("mark").forEach(function (one) {
      var on = (one.dataset.g || "").split(" ").indexOf(number) >= 0;
      one.classList.toggle("on", on);
      if (on && !first) { first = one; }
    });
    return first;
  }

  function within(pane, target) {
    var there = target.getBoundingClientRect(), here = pane.getBoundingClientRect();
    if (there.top < here.top || there.bottom > here.bottom) { pane.scrollTop += there.top - here.top - pane.clientHeight / 3; }
    if (there.left < here.left || there.right > here.right) { pane.scrollLeft += there.left - here.left - pane.clientWidth / 3; }
  }

  function pane(target) { return target.closest(".scroll, .src"); }

  function find(card) {
    var number = card.dataset.number || card.id.slice(1), first = mark(number), panes = doc.querySelector(".panes");
    if (first) { if (pane(first)) { within(pane(first), first); } return; }
    if (panes && card.dataset.start && card.dataset.part !== "filename" && card.dataset.number !== "0") { jump(card.dataset.start, number); }
  }

  function jump(start, number) {
    var at = doc.querySelector(".panes").dataset.at;
    htmx.ajax("GET", at + "/text?at=" + encodeURIComponent(start), { target: "#text", swap: "innerHTML" }).then(function () {
      var first = mark(number), text = doc.getElementById("text");
      if (first) { within(text, first); }
    });
  }

  function go(card, quiet) {
    if (!card) { return; }
    all(".card.on").forEach(function (one) { one.classList.remove("on"); });
    card.classList.add("on");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    if (!quiet) { find(card); }
  }

  function step(by, open) {
    var list = cards(), at = list.indexOf(current()), k = at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by;
    while (open && list[k] && list[k].dataset.open === "0") { k += by; }
    if (list[k]) { go(list[k]); }
  }

  function cardOf(number) { return doc.getElementById("g" + number); }

  function bring(number) {
    var card = cardOf(number), panes = doc.querySelector(".panes");
    if (card) { go(card, true); mark(number); return; }
    if (!panes) { return; }
    htmx.ajax("GET", panes.dataset.at + "/groups?near=" + encodeURIComponent(number), { target: "#groups", swap: "innerHTML" })
      .then(function () { if (cardOf(number)) { go(cardOf(number), true); mark(number); } });
  }

  doc.addEventListener("click", function (event) {
    var link = event.target.closest("a.no"), one = event.target.closest("mark"), button = event.target.closest("button");
    if (link) { event.preventDefault(); bring(link.getAttribute("href").slice(2)); return; }
    if (one && one.dataset.g) { bring(one.dataset.g.split(" ").pop()); return; }
    if (button && button.dataset.jump) { jump(button.dataset.jump, (button.closest(".card") || {}).dataset.number); return; }
    if (button && button.dataset.only) { only(button); return; }
    if (button && "keys" in button.dataset) { keys(); return; }
    if (button && button.closest(".filters")) { tickAll(button); return; }
    var card = event.target.closest(".card");
    if (card && !event.target.closest("a, button, input, select, textarea, summary, label")) { go(card); }
  });

  function only(button) {
    var form = button.closest(".card").querySelector(".decide");
    form.elements.finding.value = button.dataset.only;
    form.elements.reach.value = "one";
    form.querySelector(".which").textContent = "只处理：" + button.closest("li").querySelector("button").textContent;
    form.querySelector("input[type=radio]").focus();
  }

  function keys() { var box = doc.getElementById("keys"); if (box) { if (box.open) { box.close(); } else { box.showModal(); } } }

  // --- keys

  doc.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var card = current(), target = event.target;
    if (event.key === "Escape" && card && card.contains(target)) {
      all("input[type=radio]", card).forEach(function (one) { one.checked = false; });
      card.focus();
      return;
    }
    if (event.key === "Enter" && target.type === "radio" && target.form && target.form.classList.contains("decide")) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (typing(target) || doc.querySelector("dialog[open]")) { return; }
    if (event.key === "j") { step(1); }
    else if (event.key === "k") { step(-1); }
    else if (event.key === "n") { step(1, true); }
    else if (event.key === "?") { keys(); }
    else if (!card) { return; }
    else if (event.key === "t") { find(card); }
    else if (event.key === "s") { press(card, "[data-show]"); }
    else if (event.key === "c") { say(card); }
    else if (/^[1-9]$/.test(event.key)) { choose(card, event.key); }
    else { return; }
    event.preventDefault();
  });

  function press(card, selector) { var one = card.querySelector(selector); if (one) { one.click(); } }

  function say(card) {
    var box = card.querySelector(".say");
    if (box) { box.open = true; box.querySelector("input[name=text]").focus(); }
  }

  function choose(card, key) {
    var one = card.querySelector(".decide input[data-key='" + key + "']");
    if (!one) { return; }
    one.checked = true;
    one.dispatchEvent(new Event("change", { bubbles: true }));
    var reason = one.form.elements.reason;
    one.form.scrollIntoView({ block: "nearest" });
    if (/^(lawful|false_alarm|declassified)$/.test(one.value)) { reason.focus(); } else { one.focus(); }
  }

  // --- answers of the server

  doc.addEventListener("htmx:afterSettle", function (event) {
    var card = event.detail.target;
    // The card was replaced by what is decided now: stay where the reader was, and go on.
    if (event.detail.requestConfig && /\/decide$/.test(event.detail.requestConfig.path || "") && event.detail.xhr.status < 300) {
      var now = doc.getElementById(card.id);
      all("[data-revision]").forEach(function (one) { one.value = doc.getElementById("revision").value; });
      if (now) { go(now, true); }
      if (doc.querySelector("[data-stale]")) { htmx.trigger(".sift", "change"); }
    }
  });

  doc.addEventListener("htmx:sendError", function () { tell("连不上服务器，没有保存。请检查网络后重试。"); });

  function tell(text) {
    var box = doc.getElementById("notice"), line = doc.createElement("p");
    line.className = "problem";
    line.textContent = text;
    box.replaceChildren(line);
  }

  // --- uploads

  doc.addEventListener("change", function (event) {
    var input = event.target;
    if (input.type === "file") {
      var names = Array.prototype.map.call(input.files, function (one) { return one.name; }).join("、");
      input.closest(".file").querySelector(".names").textContent = names || "没有选择文件";
    }
    if (input.closest(".filters")) { filter(); }
  });
  ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
    doc.addEventListener(name, function (event) {
      var box = event.target.closest && event.target.closest(".file");
      if (box) { box.classList.toggle("over", name === "dragenter" || name === "dragover"); }
    });
  });

  function doing(event) { var form = event.target.closest("[data-progress]"); return form && form.querySelector(".doing"); }

  // The page makes up the number of its check, and asks by it how far the check is.
  doc.addEventListener("htmx:configRequest", function (event) {
    var box = doing(event);
    if (!box) { return; }
    box.dataset.job = Array.prototype.map.call(crypto.getRandomValues(new Uint8Array(16)), function (one) {
      return (256 + one).toString(16).slice(1);
    }).join("");
    event.detail.headers["X-Job"] = box.dataset.job;
  });
  doc.addEventListener("htmx:beforeRequest", function (event) {
    // What went wrong before is no word on what is asked for now.
    all("#notice .problem:not(.stop)").forEach(function (one) { one.remove(); });
    var box = doing(event);
    if (!box) { return; }
    box.hidden = false;
    box.querySelector("progress").value = 0;
    box.querySelector("span").textContent = "正在上传……";
    doc.getElementById("notice").replaceChildren();
  });
  doc.addEventListener("htmx:xhr:progress", function (event) {
    var box = doing(event);
    if (!box || !event.detail.lengthComputable || box.dataset.since) { return; }
    var bar = box.querySelector("progress"), whole = event.detail.loaded >= event.detail.total;
    bar.value = 100 * event.detail.loaded / event.detail.total;
    if (whole) { scanning(box, bar); }
  });

  function scanning(box, bar) {
    var since = Date.now(), said = "正在检查";
    box.dataset.since = "1";
    bar.removeAttribute("value");
    var clock = setInterval(function () {
      if (!box.dataset.since) { clearInterval(clock); return; }
      box.querySelector("span").textContent = said + "，已用 " + Math.round((Date.now() - since) / 1000) + " 秒";
    }, 500);
    ask();

    function ask() {
      if (!box.dataset.since) { return; }
      fetch("/progress/" + box.dataset.job, { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : {}; })
        .then(function (now) {
          if (!box.dataset.since || !now.told) { return; }
          said = now.told;
          if (now.files > 1) { bar.value = 100 * now.done / now.files; }
        })
        .catch(function () { /* The next answer tells. */ })
        .then(function () { setTimeout(ask, 1000); });
    }
  }

  doc.addEventListener("htmx:afterRequest", function (event) {
    var box = doing(event);
    if (box) { box.hidden = true; delete box.dataset.since; }
    if (box && event.detail.failed) { doc.getElementById("notice").scrollIntoView({ block: "nearest" }); }
    filter();
  });

  // --- the self-check's filters

  function chosen(form, name) {
    return all("input[name=" + name + "]", form).filter(function (one) { return one.checked; }).map(function (one) { return one.value; });
  }

  function tickAll(button) {
    all("input", button.closest("fieldset")).forEach(function (one) { one.checked = button.value === "1"; });
    filter();
  }

  function filter() {
    var form = doc.querySelector(".report .filters");
    if (!form) { return; }
    var severities = chosen(form, "severity"), entities = chosen(form, "entity"), count = 0, list = all(".report .card");
    list.forEach(function (card) {
      card.hidden = severities.indexOf(card.dataset.severity) < 0 || entities.indexOf(card.dataset.entity) < 0;
      count += card.hidden ? 0 : 1;
    });
    all(".report .row").forEach(function (row) {
      if (row.querySelector(".card")) { row.hidden = !row.querySelector(".card:not([hidden])"); }
    });
    form.querySelector("output").textContent = "显示 " + count + " / " + list.length + " 组。";
  }

  filter();
})();
