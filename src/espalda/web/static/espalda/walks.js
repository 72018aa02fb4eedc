// Recordings of walks, sent file by file so that the page shows how far it is, and can stop and go on. What was read
// before is known by the server. Without this script the form sends all at once.
const form = document.querySelector("form[data-walks]");
const words = form?.dataset ?? {};
const find = (name) => form.querySelector(`[data-${name}]`);
const KINDS = /\.(fit|gpx|tcx|xml|db|zip)(\.gz)?$/i;

let files = []; // those chosen
let next = 0; // the place of the one to be sent
let stop = null;

// What was chosen or dropped -----------------------------------------------------------------------------------------

const chosen = () => [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);

const promised = (ask) => new Promise((done, failed) => ask(done, failed));

async function inside(entry) {
  if (entry.isFile) return [await promised((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await promised((done, failed) => reader.readEntries(done, failed)); // a hundred at a time
    if (!some.length) return found;
    for (const one of some) found.push(...await inside(one));
  }
}

// What becomes of them -----------------------------------------------------------------------------------------------

const counts = {};

function count(state) {
  counts[state] = (counts[state] ?? 0) + 1;
  form.querySelector(`[data-count=${state}]`).textContent = counts[state];
}

function told({ file, state, sentence }) {
  count(state);
  if (state === "partial") count("read");
  if (!sentence || state === "known") return;
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = file;
  line.append(name, `: ${sentence}`);
  find("told").append(line);
}

async function send(file) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("files", file);
  if (next + 1 < files.length) body.append("more", "1");
  const answer = await fetch(form.action, {
    method: "POST", body, signal: stop.signal, headers: { Accept: "application/x-ndjson" }, redirect: "error",
  });
  if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/x-ndjson")) throw new Error("no answer");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (held + value).split("\n");
    held = lines.pop();
    lines.forEach((line) => told(JSON.parse(line)));
  }
}

// How far it is ------------------------------------------------------------------------------------------------------

function show(sentence, over) {
  const progress = words.progress.replace("{done}", next).replace("{all}", files.length);
  find("status").textContent = sentence ? `${progress}. ${sentence}` : progress;
  form.querySelector("progress").value = next / files.length;
  find("cancel").hidden = over;
  find("go-on").hidden = !over || next === files.length;
  find("see").hidden = !over;
}

async function go() {
  stop = new AbortController();
  find("bar").hidden = false;
  try {
    for (; next < files.length; next += 1) {
      show("", false);
      if (files[next].size > words.limit) told({ file: files[next].name, state: "refused", sentence: words.tooLarge });
      else await send(files[next]);
    }
    show(words.done, true);
  } catch {
    show(stop.signal.aborted ? words.stopped : words.lost, true);
  }
}

function begin(some) {
  files = some.length > 1 ? some.filter((file) => KINDS.test(file.name) && !file.name.startsWith(".")) : some;
  next = 0;
  for (const place of form.querySelectorAll("[data-count]")) {
    counts[place.dataset.count] = 0;
    place.textContent = "0";
  }
  find("told").replaceChildren();
  if (files.length) go();
  else {
    find("bar").hidden = false;
    find("status").textContent = words.none;
    find("cancel").hidden = true;
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(chosen());
  });
  find("cancel").addEventListener("click", () => stop.abort());
  find("go-on").addEventListener("click", go);
  const drop = find("drop");
  drop.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    begin((await Promise.all(entries.map(inside))).flat());
  });
}
