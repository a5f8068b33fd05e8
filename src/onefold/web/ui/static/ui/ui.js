/* Small behaviours, each tied to a data- attribute. Every page works without them. */
(() => {
  "use strict";

  const on = (event, selector, act) =>
    document.addEventListener(event, (e) => {
      const found = e.target instanceof Element && e.target.closest(selector);
      if (found) act(found, e);
    });

  // A button with data-opens="id" opens that dialog; data-closes closes the dialog it stands in.
  on("click", "[data-opens]", (button) => document.getElementById(button.dataset.opens)?.showModal());
  on("click", "[data-closes]", (button) => button.closest("dialog")?.close());

  on("click", "[data-dismisses]", (button) => button.closest(".of-toast")?.remove());

  // A menu closes when one clicks elsewhere or presses Escape, and gives the focus back.
  document.addEventListener("click", (e) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(e.target)) menu.open = false;
    }
  });
  on("keydown", "details[data-menu][open]", (menu, e) => {
    if (e.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A form is sent once: a second tap does nothing until the page answers. With data-again the page stays and may send it again.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.matches("[hx-post], [hx-get], [data-again]")) return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Where links scroll sideways, the one that is open is in sight.
  for (const here of document.querySelectorAll(":is(.of-tabs, .of-nav) [aria-current]")) {
    const strip = here.closest(".of-tabs, .of-nav");
    const past = here.getBoundingClientRect().right - strip.getBoundingClientRect().right;
    if (past > 0) for (const box of [strip, strip.firstElementChild]) box.scrollLeft += past + 48;
  }

  // A form with one choice is sent when the choice is made; its button is for those without script.
  for (const form of document.querySelectorAll("form[data-submits]")) {
    form.toggleAttribute("data-quick", true);
    form.addEventListener("change", () => form.requestSubmit());
  }

  // A box with data-checks="name" checks all boxes of that name in its form, or none; without script it is not shown.
  for (const box of document.querySelectorAll("[data-checks]")) box.closest("label").hidden = false;
  on("change", "[data-checks]", (box) => {
    for (const one of box.form.querySelectorAll(`[name="${box.dataset.checks}"]`)) one.checked = box.checked;
  });

  // The address holds everything a page shows: copied, it gives the same view.
  for (const button of document.querySelectorAll("[data-copies-address]")) button.hidden = !navigator.clipboard;
  on("click", "[data-copies-address]", (button) => {
    navigator.clipboard.writeText(location.href).then(() => {
      const [before, after] = button.querySelectorAll("span");
      [before.hidden, after.hidden] = [true, false];
      setTimeout(() => ([before.hidden, after.hidden] = [false, true]), 2000);
    });
  });

  // In a matrix the arrow keys go from cell to cell, Home and End to the ends of a row.
  on("keydown", "[data-grid] a", (link, e) => {
    const rows = [...link.closest("table").tBodies[0].rows];
    const cell = link.closest("td");
    let [y, x] = [rows.indexOf(cell.parentElement), cell.cellIndex];
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    const ends = { Home: [1, 1], End: [rows[y].cells.length - 1, -1] }[e.key];
    if (!step && !ends) return;
    e.preventDefault();
    const [dy, dx] = step || [0, ends[1]];
    [y, x] = ends ? [y, ends[0]] : [y + dy, x + dx];
    for (; rows[y]?.cells[x]; y += dy, x += dx) {
      const next = rows[y].cells[x].querySelector("a");
      if (next) return next.focus();
    }
  });

  // Upload: say which file was chosen, and take files that are dropped.
  const told = (box) => {
    const files = [...box.querySelector("input[type=file]").files];
    const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
    box.querySelector("[data-upload-chosen]").textContent = files
      .map((file) => `${file.name} (${size.format(Math.ceil(file.size / 1000))})`)
      .join(", ");
  };
  on("change", "[data-upload] input[type=file]", (input) => told(input.closest("[data-upload]")));
  on("dragover", "[data-upload]", (box, e) => {
    e.preventDefault();
    box.toggleAttribute("data-over", true);
  });
  on("dragleave", "[data-upload]", (box) => box.toggleAttribute("data-over", false));
  on("drop", "[data-upload]", (box, e) => {
    e.preventDefault();
    box.toggleAttribute("data-over", false);
    box.querySelector("input[type=file]").files = e.dataTransfer.files;
    told(box);
  });
})();
