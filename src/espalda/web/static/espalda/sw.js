// The service worker. It keeps one page on the phone, the one to write on, and what that page is made of; every other
// page is asked of the server and never kept. Above this text the server says what there is to keep:
// VERSION, SHELL (files), PAGE, FORMS (pages PAGE stands in for), SHARED (left alone) and LEAVING (what ends a visit).
"use strict";

const PARTS = `espalda-${VERSION}`;
const PAGES = "espalda-page";
const NOTE = "/offline/note"; // beside PAGE: whose it is, and when it was fetched
const SLOW_MS = 5_000;
const HOUR_MS = 3_600_000;

addEventListener("install", (event) => {
  skipWaiting();
  const fresh = SHELL.map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(PARTS).then((parts) => parts.addAll(fresh)));
});

addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (![PARTS, PAGES].includes(name)) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(old());
});

// A page says who is looking, in which language and look: PAGE is fetched again where that is another, or an hour old.
addEventListener("message", (event) => event.waitUntil(renew(event.data)));

async function renew({ who, languages, look }) {
  const whose = [VERSION, who, languages, look].join(" ");
  const pages = await caches.open(PAGES);
  const [last, at] = (await (await pages.match(NOTE))?.json()) ?? [];
  if (last === whose && Date.now() - at < HOUR_MS) return;
  if (last !== whose) await pages.delete(PAGE);
  const page = await fetch(PAGE, { cache: "no-store", headers: { "Accept-Language": languages } }).catch(() => null);
  if (!page?.ok || page.redirected) return;
  await pages.put(PAGE, page);
  await pages.put(NOTE, new Response(JSON.stringify([whose, Date.now()])));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && LEAVING.includes(pathname)) event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && !pathname.startsWith(SHARED)) event.respondWith(page(request, pathname));
  else if (SHELL.includes(pathname)) event.respondWith(part(request));
});

// An answer, once all of it is here: one that breaks off is none. A download is not waited for.
async function whole(request) {
  const answer = await fetch(request);
  if (!answer.ok || answer.headers.get("Content-Disposition")?.startsWith("attachment")) return answer;
  return new Response(await answer.arrayBuffer(), answer);
}

const late = (ms) => new Promise((_done, failed) => setTimeout(failed, ms, new Error("late")));

// The server's page; PAGE where there is no network or no server, or its answer breaks off. Only a form is not waited
// for when the network is slow.
async function page(request, pathname) {
  const kept = await (await caches.open(PAGES)).match(PAGE);
  if (!kept) return fetch(request);
  try {
    const asked = whole(request);
    const answer = await (FORMS.includes(pathname) ? Promise.race([asked, late(SLOW_MS)]) : asked);
    return [502, 503, 504].includes(answer.status) ? kept : answer;
  } catch {
    return kept;
  }
}

// A file of PAGE; the one kept where the server does not give it, or something else answers in its place.
async function part(request) {
  const kept = await (await caches.open(PARTS)).match(request, { ignoreSearch: true });
  if (!kept) return fetch(request);
  const kind = (answer) => answer.headers.get("Content-Type");
  const asked = whole(request).then((answer) => (answer.ok && kind(answer) === kind(kept) ? answer : kept));
  return Promise.race([asked, late(SLOW_MS)]).catch(() => kept);
}

// The network is back, perhaps with no page open. What still waits has the browser ask again, later.
addEventListener("sync", (event) => {
  const send = async () => {
    if ((await queue.flush()).held) throw new Error("something still waits");
  };
  if (event.tag === "espalda") event.waitUntil(send());
});
