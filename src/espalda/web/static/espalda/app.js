// Forms marked data-keep are written on this phone first and sent from there, so that nothing is lost without network.
// The browser takes its own way where this script can't: without JavaScript, and on an address that is not secure.
const bar = document.getElementById("waiting");
const words = bar?.dataset ?? {};
const whose = words.who;
const able = isSecureContext && bar && navigator.locks && navigator.serviceWorker && crypto.randomUUID;
const PATIENT_MS = 4_000; // after this the person is told that it is kept, and not kept waiting
const SAVED = "espalda-saved";
const busy = new WeakSet();

const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
const moment = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
  .format(new Date(at));

// What waits is shown ----------------------------------------------------------------------------------------------

let before = { waits: 0, refused: 0 };
let going = false; // to the page of what has just been tapped

const number = (entries, state) => entries.filter((entry) => entry.state === state && entry.who === whose).length;

// This page, another one or the worker has sent some of what waited.
function saved(left) {
  localStorage.setItem(SAVED, new Date().toISOString());
  if (!left) say(words.saved);
}

async function draw() {
  const entries = await queue.all().catch(() => []);
  const asks = entries.filter((entry) => entry.state === "asks" && entry.who === whose);
  const shown = entries.filter((entry) => entry.state !== "asks");
  const count = shown.length === 1 ? words.one : words.many.replace("{n}", shown.length);
  document.cookie = `waits=${shown.length}; path=/; samesite=lax; max-age=${shown.length ? 31_536_000 : 0}`;
  bar.querySelector("summary").textContent = count;
  bar.querySelector("details").hidden = !shown.length;
  bar.querySelector("ul").replaceChildren(...(whose ? shown.map(item) : []));
  bar.querySelector(".brings").replaceChildren(...asks.slice(0, 1).map(question));
  const now = { waits: number(entries, "waits"), refused: number(entries, "refused") };
  if (!going && now.waits < before.waits && now.refused <= before.refused) saved(now.waits);
  before = now;
  bar.hidden = !(shown.length || asks.length || bar.querySelector("[role=status]").textContent);
  const last = localStorage.getItem(SAVED);
  for (const place of document.querySelectorAll("[data-last-saved]")) {
    place.hidden = !last || !whose;
    place.textContent = last ? place.dataset.lastSaved.replace("{when}", moment(last)) : "";
  }
}

function item(entry) {
  const mine = entry.who === whose;
  const line = element("li", mine ? `${moment(entry.at)} · ${entry.title}` : `${moment(entry.at)} · ${words.other}`);
  if (mine && entry.state === "refused") {
    line.append(element("p", reasons(entry).join(" "), { className: "errorlist" }));
    line.append(element("a", words.correct, { className: "button", href: `${entry.action}#again=${entry.id}` }));
  }
  if (!mine || entry.state === "refused") line.append(discard(entry));
  return line;
}

function reasons(entry) {
  const found = Object.values(entry.errors).flat().map((one) => one.message);
  return found.length ? found : [entry.status === 404 ? words.gone : words.refused];
}

const doomed = new Set(); // ids of those to be discarded, once that is said again

function discard(entry) {
  const text = doomed.has(entry.id) ? words.sure : words.discard;
  const button = element("button", text, { type: "button", className: "danger" });
  button.addEventListener("click", () => {
    if (doomed.has(entry.id)) queue.remove(entry);
    doomed.add(entry.id);
    button.textContent = words.sure;
  });
  return button;
}

const question = (entry) => {
  const link = element("a", words.answer, { className: "button primary", href: entry.go });
  const line = element("p", `${words.asks} `);
  line.append(link);
  return line;
};

function say(text, isAlert = false) {
  const place = bar.querySelector("[role=status]");
  place.textContent = text;
  place.className = isAlert ? "alert" : "";
  bar.hidden = false;
}

// What waits is sent -----------------------------------------------------------------------------------------------

let tries = 0;
let timer;
const results = {}; // of what this page has sent, by id: what is tapped early may go with what waited before

async function flush() {
  clearTimeout(timer);
  const run = await queue.flush();
  Object.assign(results, run?.results);
  const left = (await queue.all()).some((entry) => entry.state === "waits" && entry.who === whose);
  tries = left ? tries + 1 : 0;
  if (left) timer = setTimeout(flush, Math.min(300_000, 1_000 * 2 ** tries) * (0.75 + Math.random() / 2));
  await draw();
}

// A form is kept ---------------------------------------------------------------------------------------------------

const pad = (number) => String(Math.trunc(number)).padStart(2, "0");

function withOffset(at) {
  const minutes = -new Date(at).getTimezoneOffset();
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? "-" : "+"}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
}

function written(form, submitter) {
  const fields = [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && !["csrfmiddlewaretoken", "form_id"].includes(name));
  if (submitter?.name) fields.push([submitter.name, submitter.value]);
  return fields;
}

async function keep(form, submitter) {
  const at = Date.now();
  going = true;
  bar.querySelector("[role=status]").textContent = ""; // what it said of the last one
  const before = (await queue.all().catch(() => [])).find((entry) => entry.id === form.dataset.id);
  const entry = {
    id: crypto.randomUUID(),
    who: whose,
    action: new URL(form.getAttribute("action") ?? "", location.href).pathname,
    title: form.dataset.keep,
    at,
    tapped: withOffset(at),
    ...(before ?? (form.dataset.id && { id: form.dataset.id })),
    fields: written(form, submitter),
    state: "waits",
    failed: 0,
  };
  try {
    entry.n = await queue.put(entry);
  } catch {
    return unkept(form, entry);
  }
  navigator.storage?.persist?.();
  const soon = new Promise((done) => setTimeout(done, PATIENT_MS));
  delete results[entry.id];
  await Promise.race([flush(), soon]);
  return came(form, entry, results[entry.id]);
}

// Go to a page, which may be a place on this one: that would not be asked for anew.
function leave(to) {
  const before = location.href;
  location.assign(to);
  if (to.includes("#") && new URL(to, before).href.split("#")[0] === before.split("#")[0]) location.reload();
}

// Go on after what became of an entry just tapped.
async function came(form, entry, result) {
  if (result?.state === "refused") {
    await queue.remove(entry);
    mark(form, result.errors);
    return;
  }
  form.reset();
  delete form.dataset.id;
  const waits = (await queue.all()).some((one) => one.id === entry.id && one.state === "waits");
  if (result?.state === "saved") {
    localStorage.setItem(SAVED, new Date().toISOString());
    leave(result.go);
  } else if (!waits) location.assign("/"); // another page or the worker has sent it
  else {
    navigator.serviceWorker.getRegistration().then((one) => one?.sync?.register("espalda")).catch(() => {});
    await draw();
    say(words.kept); // at last: who reads it may write in the form again
    scrollTo({ top: 0 });
  }
}

// There is no room on the phone: the form stays as it is until the server has it.
async function unkept(form, entry) {
  form.dataset.id = entry.id;
  const result = await queue.direct(entry);
  if (result.state === "saved") {
    form.reset();
    location.assign(result.go);
  } else if (result.state === "refused") mark(form, result.errors);
  else {
    say(words.full, true);
    scrollTo({ top: 0 });
  }
}

// What is wrong is marked as the server marks it -------------------------------------------------------------------

function mark(form, errors) {
  for (const old of form.querySelectorAll(".errorlist, .alert")) old.remove();
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  const alert = element("div", "", { className: "alert", role: "alert" });
  alert.append(element("p", words.unsaved));
  for (const [name, found] of Object.entries(errors)) {
    const list = element("ul", "", { className: "errorlist" });
    list.append(...found.map((one) => element("li", one.message)));
    const control = form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
    if (control) place(control, list);
    else alert.append(list);
  }
  if (alert.childElementCount === 1) alert.append(element("p", words.look));
  form.prepend(alert);
  if (form.closest("details")) form.closest("details").open = true;
  alert.scrollIntoView({ block: "center" });
}

function place(control, list) {
  const group = control.closest("fieldset.tiles, fieldset.segments, fieldset.back, fieldset.whens");
  (group ?? control).setAttribute("aria-invalid", "true");
  (group?.querySelector("legend") ?? control.closest(".measure") ?? control).after(list);
  const fold = control.closest("details");
  if (fold) fold.open = true;
}

// An entry that was refused, back in its form to be corrected.
async function again(id) {
  const entry = (await queue.all()).find((one) => one.id === id && one.who === whose);
  const form = [...document.querySelectorAll("form[data-keep]")]
    .find((one) => new URL(one.getAttribute("action") ?? "", location.href).pathname === entry?.action);
  if (!form) return;
  form.dataset.id = id;
  for (const [name, value] of entry.fields) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type=hidden], button)`)) {
      if (["radio", "checkbox"].includes(control.type)) control.checked ||= control.value === value;
      else control.value = value;
    }
  }
  mark(form, entry.errors);
}

// ------------------------------------------------------------------------------------------------------------------

async function begin() {
  const here = location.pathname + location.search;
  for (const entry of await queue.all()) if (entry.state === "asks" && entry.go === here) await queue.remove(entry);
  const erasing = sessionStorage.getItem("erasing");
  sessionStorage.removeItem("erasing");
  if (erasing && whose && erasing !== whose) await queue.forget(erasing);
  if (!whose) localStorage.removeItem(SAVED);
  await draw();
  const id = new URLSearchParams(location.hash.slice(1)).get("again");
  if (id) await again(id);
  await flush();
}

async function install() {
  await navigator.serviceWorker.register(words.worker);
  const registration = await navigator.serviceWorker.ready;
  const { lang, dataset } = document.documentElement;
  registration.active.postMessage({ who: whose, languages: [lang, ...navigator.languages].join(), look: `${dataset.theme} ${dataset.size}` });
}

if (able) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-erases]")) sessionStorage.setItem("erasing", whose);
    if (!whose || !form.matches("[data-keep]")) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    keep(form, event.submitter).finally(() => {
      busy.delete(form);
      going = false;
    });
  });
  new BroadcastChannel("espalda").addEventListener("message", draw);
  addEventListener("online", flush);
  addEventListener("pageshow", (event) => event.persisted && flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  begin();
  addEventListener("load", () => install().catch(() => {})); // a browser may not allow one; forms are kept even so
}
