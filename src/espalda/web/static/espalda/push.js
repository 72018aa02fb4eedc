// The part of the service worker that shows a reminder, and opens the form once it is touched.
"use strict";

{
  const DEVICE = "/settings/reminders/device/";

  const shown = async (message) => {
    const { text, lang } = message.json();
    // One tag: a later one takes the place of one not yet seen.
    await registration.showNotification(text, { lang, tag: "reading", renotify: true, icon: "/static/espalda/icon-192.png" });
  };

  const opened = async () => {
    const pages = await clients.matchAll({ type: "window" });
    const form = pages.find(({ url }) => new URL(url).pathname === "/");
    await (form ? form.focus() : clients.openWindow("/"));
  };

  // The push service has given the browser another address: the server is told, if somebody's diary is open.
  const changed = async ({ oldSubscription, newSubscription }) => {
    const fresh = newSubscription ?? await registration.pushManager.subscribe(oldSubscription.options);
    const answer = await fetch("/sync/", { cache: "no-store" });
    if (!answer.ok) return;
    const { token } = await answer.json();
    const body = new URLSearchParams({ endpoint: fresh.endpoint, ...fresh.toJSON().keys });
    await fetch(DEVICE, { method: "POST", body, headers: { "X-CSRFToken": token } });
  };

  addEventListener("push", (event) => event.waitUntil(shown(event.data)));
  addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(opened());
  });
  addEventListener("pushsubscriptionchange", (event) => event.waitUntil(changed(event)));
}
