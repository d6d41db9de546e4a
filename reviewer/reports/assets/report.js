
(function () {
  "use strict";
  var root = document.documentElement;
  var form = document.querySelector(".filters");
  var cards = Array.prototype.slice.call(document.querySelectorAll(".card"));
  var marks = Array.prototype.slice.call(document.querySelectorAll("mark"));
  var rows = Array.prototype.slice.call(document.querySelectorAll(".row"));
  var current = null;
  if (!form) { return; }
  root.classList.add("js");

  function chosen(name) {
    var set = {};
    form.querySelectorAll('input[name="' + name + '"]').forEach(function (box) {
      if (box.checked) { set[box.value] = true; }
    });
    return set;
  }

  function filter() {
    var severities = chosen("severity"), entities = chosen("entity"), shown = {}, count = 0;
    cards.forEach(function (card) {
      var on = severities[card.dataset.severity] === true && entities[card.dataset.entity] === true;
      card.hidden = !on;
      if (on) { shown[card.id.slice(1)] = true; count += 1; }
    });
    marks.forEach(function (mark) {
      var on = mark.dataset.g.split(" ").some(function (g) { return shown[g]; });
      mark.classList.toggle("off", !on);
    });
    rows.forEach(function (row) {
      var own = row.querySelectorAll(".card");
      if (own.length) { row.hidden = !row.querySelector(".card:not([hidden])"); }
    });
    form.querySelector("output").textContent = "显示 " + count + " / " + cards.length + " 组。";
  }

  function go(card) {
    if (!card) { return; }
    current = card;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
    var first = null;
    marks.forEach(function (mark) {
      var on = mark.dataset.g.split(" ").indexOf(card.id.slice(1)) >= 0;
      mark.classList.toggle("on", on);
      if (on && !first) { first = mark; }
    });
    var pane = first && first.closest(".src");
    if (pane && pane.scrollHeight > pane.clientHeight) {
      pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    }
  }

  function step(by) {
    var visible = cards.filter(function (card) { return !card.hidden; });
    var at = visible.indexOf(current);
    go(visible[at < 0 ? 0 : Math.min(Math.max(at + by, 0), visible.length - 1)]);
  }

  form.addEventListener("change", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "j") { step(1); } else if (event.key === "k") { step(-1); }
  });
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    button.closest("fieldset").querySelectorAll("input").forEach(function (box) { box.checked = button.value === "1"; });
    filter();
  });
  document.addEventListener("click", function (event) {
    var mark = event.target.closest("mark"), link = event.target.closest("a.no");
    var id = link ? link.getAttribute("href").slice(1) : mark ? "g" + mark.dataset.g.split(" ").pop() : "";
    var card = id && document.getElementById(id);
    if (card && !card.hidden) { event.preventDefault(); go(card); }
  });
  filter();
})();
