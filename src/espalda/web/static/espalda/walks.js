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

// Of a folder what is a recording by its name; what was pointed at one by one is sent, and the server says what it is.
const isOne = (file) => KINDS.test(file.name) && !file.name.startsWith(".");

const chosen = () => [...form.querySelectorAll("input[type=file]")]
  .flatMap((input) => [...input.files].filter((file) => !file.webkitRelativePath || isOne(file)));

const promised = (ask) => new Promise((done, failed) => ask(done, failed));

async function inside(entry) {
  if (entry.isFile) return [await promised((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await promised((done, failed) => reader.readEntries(done, failed)); // a hundred at a time
    if (!some.length) return found;
    for (const one of some) if (one.isDirectory || isOne(one)) found.push(...await inside(one));
  }
}

function dropped(items) {
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return Promise.all(entries.map((entry) => (entry instanceof File ? [entry] : inside(entry)))).then((found) => found.flat());
}

// What becomes of them -----------------------------------------------------------------------------------------------

const counts = {};

function count(state) {
  counts[state] = (counts[state] ?? 0) + 1;
  form.querySelector(`[data-count=${state}]`).textContent = counts[state];
}

const paragraph = (text, className) => Object.assign(document.createElement("p"), { textContent: text, className });

// A sentence is said once, with all the files it is true of.
function told({ file, state, sentence }) {
  count(state);
  if (state === "partial") count("read");
  const place = sentence && form.querySelector(`[data-told=${state}]`);
  if (!place) return;
  place.hidden = false;
  const said = [...place.querySelectorAll("li")].find((line) => line.firstChild.textContent === sentence);
  if (said) said.lastChild.textContent += `, ${file}`;
  else {
    const line = document.createElement("li");
    line.append(paragraph(sentence, ""), paragraph(file, "hint"));
    place.querySelector("ul").append(line);
  }
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
  find("choose").hidden = true;
  find("bar").hidden = false;
  find("so-far").textContent = words.progress.replace("{done}", next).replace("{all}", files.length);
  find("status").textContent = sentence;
  const bar = form.querySelector("progress");
  if (over || files.length > 1) bar.value = files.length && next / files.length;
  else bar.removeAttribute("value"); // all in one file: there is no telling how far it is
  bar.hidden = !files.length;
  find("cancel").hidden = over;
  find("go-on").hidden = !over || next === files.length;
  find("see").hidden = !over || !files.length;
  find("more").hidden = !over;
  if (!find("bar").contains(document.activeElement) || document.activeElement.hidden) find("bar").focus({ preventScroll: true });
}

async function go() {
  stop = new AbortController();
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
  if (find("choose").hidden) return; // some are being read
  files = some;
  next = 0;
  for (const place of form.querySelectorAll("[data-count]")) {
    counts[place.dataset.count] = 0;
    place.textContent = "0";
  }
  for (const place of form.querySelectorAll("[data-told]")) {
    place.hidden = true;
    place.querySelector("ul").replaceChildren();
  }
  if (files.length) go();
  else {
    show(words.none, true);
    find("choose").hidden = false;
    find("more").hidden = true;
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(chosen());
  });
  find("cancel").addEventListener("click", () => stop.abort());
  find("go-on").addEventListener("click", go);
  find("more").addEventListener("click", () => {
    form.reset();
    find("bar").hidden = true;
    find("choose").hidden = false;
    form.querySelector("input[type=file]").focus();
  });
  // Files may be dropped anywhere on the page: beside the place for it, the browser would leave the page for the file.
  const drop = find("drop");
  drop.hidden = false;
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      const isOver = name === "dragenter" || name === "dragover";
      drop.classList.toggle("over", isOver);
      if (isOver) form.closest("details").open = true;
      if (name === "drop") dropped(event.dataTransfer.items).then(begin);
    });
  }
}
