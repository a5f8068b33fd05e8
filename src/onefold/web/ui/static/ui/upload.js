/* Handing in several files: each is recognised before it is sent, sent as it is, one after the other, with its own progress.
   Without this script the form sends the same files in one go. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-hands-in]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-files]");
  const feed = form.querySelector("select[name=feed]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let waiting = [];

  const fill = (item, answer) => {
    // The answer is our own server's, with every value escaped.
    const parsed = new DOMParser().parseFromString(answer, "text/html").querySelector(".of-file-line");
    if (parsed) item.replaceChildren(parsed);
    return parsed;
  };

  const words = (file, command) => {
    const query = new URLSearchParams({ name: file.name, feed: feed.value });
    if (command) query.set("command_id", command);
    else query.set("size", file.size);
    return query;
  };

  const fail = (item, name) => {
    const line = document.createElement("div");
    line.className = "of-file-line";
    line.dataset.refused = "";
    const title = document.createElement("b");
    title.textContent = name;
    const why = document.createElement("p");
    why.textContent = form.dataset.failed;
    line.append(title, why);
    item.replaceChildren(line);
  };

  const recognise = async (file) => {
    const item = list.appendChild(document.createElement("li"));
    try {
      const answer = await fetch(`${form.dataset.recognises}?${words(file)}`, { headers: { "X-Requested-With": "fetch" } });
      if (answer.status !== 200) return fail(item, file.name);
      const line = fill(item, await answer.text());
      if (line && !("refused" in line.dataset)) waiting.push({ file, item, command: line.dataset.command });
    } catch {
      fail(item, file.name);
    }
  };

  const send = ({ file, item, command }) =>
    new Promise((done) => {
      const bar = document.createElement("progress");
      bar.max = file.size || 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      item.append(bar);
      const request = new XMLHttpRequest();
      request.open("POST", `${form.dataset.handsIn}?${words(file, command)}`);
      request.setRequestHeader("X-CSRFToken", token);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (e) => { bar.value = e.loaded; });
      request.addEventListener("loadend", () => {
        if (!request.status || !fill(item, request.responseText)) fail(item, file.name);
        done();
      });
      request.send(file);
    });

  const look = async () => {
    waiting = [];
    list.replaceChildren();
    for (const file of [...input.files]) await recognise(file);
  };
  input.addEventListener("change", look);
  feed.addEventListener("change", look);
  form.addEventListener("drop", () => setTimeout(look, 0));

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    e.stopImmediatePropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const files = waiting;
    waiting = [];
    for (const one of files) await send(one);
    form.reset();
    form.querySelector("[data-upload-chosen]").textContent = "";
    delete form.dataset.busy;
  }, true);
})();
