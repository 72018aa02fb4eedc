// The button that has this browser get notices. Nothing is asked of the browser's push service before it is pressed.
const card = document.querySelector("[data-push-key]");
const ask = card.querySelector("form[data-push=ask]");
const show = (name, is = true) => { card.querySelector(`[data-push=${name}]`).hidden = !is; };

// What the browser says of itself once it is told who will send, and the person has allowed it.
async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  // One left from before may be bound to a key that is no more.
  await (await pushManager.getSubscription())?.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: card.dataset.pushKey });
  return { endpoint: made.endpoint, ...made.toJSON().keys };
}

async function press(event) {
  event.preventDefault();
  show("denied", false);
  show("failed", false);
  if (await Notification.requestPermission() !== "granted") {
    show("denied");
    return;
  }
  try {
    for (const [name, value] of Object.entries(await subscribe())) {
      if (ask.elements[name]) ask.elements[name].value = value;
    }
    ask.submit();
  } catch {
    show("failed");
  }
}

async function begin() {
  if (!isSecureContext) return show("insecure");
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) return show("unable");
  const registration = await navigator.serviceWorker.getRegistration();
  const mine = (await registration?.pushManager.getSubscription())?.endpoint;
  const row = [...card.querySelectorAll("[data-push-endpoint]")].find((one) => one.dataset.pushEndpoint === mine);
  if (row) row.hidden = false;
  else show("ask");
  return ask.addEventListener("submit", press);
}

begin();
