// What waits on this phone to be saved. An entry is written here first, sent in its turn, and goes once the server says
// it has it. Pages and the service worker both read this file; no module, for not every browser's worker takes one.
"use strict";

const queue = (() => {
  const LIMIT_MS = 30_000; // for one answer
  const PATIENCE = 5; // answers that the server failed, before what comes after goes ahead of an entry
  const news = new BroadcastChannel("espalda");

  // The store ------------------------------------------------------------------------------------------------------

  const promised = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

  const open = () => {
    const asked = indexedDB.open("espalda", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "n", autoIncrement: true });
    return promised(asked);
  };

  // Do something to the entries; once this is over it is on the disk.
  async function act(mode, work) {
    const base = await open();
    try {
      const change = base.transaction("entries", mode, { durability: "strict" });
      const over = new Promise((done, failed) => {
        change.oncomplete = done;
        change.onabort = () => failed(change.error);
      });
      const asked = work(change.objectStore("entries"));
      await over;
      return asked.result;
    } finally {
      base.close();
    }
  }

  const all = () => act("readonly", (entries) => entries.getAll());

  async function changed(work) {
    const result = await act("readwrite", work);
    news.postMessage("changed");
    return result;
  }

  const put = (entry) => changed((entries) => entries.put(entry));
  const remove = (entry) => changed((entries) => entries.delete(entry.n));

  // Sending --------------------------------------------------------------------------------------------------------

  const ask = (url, options = {}) => fetch(url, {
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(LIMIT_MS),
    ...options,
    headers: { Accept: "application/json", ...options.headers },
  });

  // The data of an answer; null where it is none of ours, as behind the sign-in page of a café's network.
  const data = (answer) => answer.json().then((told) => (typeof told === "object" ? told : null), () => null);

  // Whose diary is open, a fresh token, and how far this clock is ahead of the server's; or why there is none.
  async function greet() {
    try {
      const began = Date.now();
      const answer = await ask("/sync/");
      if (answer.status === 401) return { held: "closed" };
      const told = answer.ok ? await data(answer) : null;
      if (!told?.token) return { held: "network" };
      return { ...told, ahead: ((began + Date.now()) / 2 - told.now_ms) / 1000 };
    } catch {
      return { held: "network" };
    }
  }

  // Send one entry. "saved", "refused" (it will never pass as it is), "failed" (the server broke), else why it waits.
  async function send(entry, { token, ahead }) {
    const body = new URLSearchParams(entry.fields);
    body.set("form_id", entry.id);
    body.set("who", entry.who);
    body.set("tapped", entry.tapped);
    body.set("ahead", ahead.toFixed(1));
    let answer;
    let told;
    try {
      answer = await ask(entry.action, { method: "POST", body, headers: { "X-CSRFToken": token } });
      told = await data(answer);
    } catch {
      return { state: "network" };
    }
    if (answer.ok) return told?.go ? { state: "saved", ...told } : { state: "network" };
    if (answer.status === 401) return { state: "closed" };
    if ([404, 405, 410, 413, 422].includes(answer.status)) {
      return { state: "refused", status: answer.status, errors: told?.errors ?? {} };
    }
    return { state: [400, 500].includes(answer.status) ? "failed" : "network" };
  }

  // Note what became of an entry; false where it waits on.
  async function settle(entry, result) {
    if (result.state === "saved" && result.asks) {
      await put({ n: entry.n, id: entry.id, who: entry.who, state: "asks", go: result.go });
    } else if (result.state === "saved") {
      await remove(entry);
    } else if (result.state === "refused") {
      await put({ ...entry, state: "refused", status: result.status, errors: result.errors });
    } else if (result.state === "failed") {
      await put({ ...entry, failed: (entry.failed ?? 0) + 1 });
    }
    return ["saved", "refused"].includes(result.state);
  }

  // Send what waits, the oldest first, in one place at a time. Tells what became of each entry sent, by its id, and
  // what holds the rest: nothing, the network, or a door that is closed.
  const flush = () => navigator.locks.request("espalda", async () => {
    const results = {};
    const due = (await all()).filter((entry) => entry.state === "waits");
    if (!due.length) return { results, held: "" };
    const hello = await greet();
    if (hello.held) return { results, held: hello.held };
    for (const entry of due) {
      if (entry.who !== hello.who) continue;
      const result = await send(entry, hello);
      results[entry.id] = result;
      const settled = await settle(entry, result);
      if (!settled && (entry.failed ?? 0) < PATIENCE) return { results, held: result.state };
    }
    return { results, held: "" };
  });

  // Send an entry that could not be kept here.
  async function direct(entry) {
    const hello = await greet();
    return hello.held ? { state: hello.held } : send(entry, hello);
  }

  // Take back what one person has waiting, who erases everything.
  const forget = (who) => navigator.locks.request("espalda", async () => {
    for (const entry of await all()) if (entry.who === who) await remove(entry);
  });

  return { all, put, remove, flush, direct, forget };
})();
