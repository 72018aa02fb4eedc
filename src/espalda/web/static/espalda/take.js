// The buttons that copy an answer or print it. Without this script they stay hidden, and the text can be selected.
for (const button of document.querySelectorAll("button[data-does]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.dataset.does === "print") {
      print();
      return;
    }
    const text = document.querySelector("textarea[readonly]");
    text.select();
    // The clipboard is there only on a secure address; on one's own network the older way still works.
    const done = navigator.clipboard
      ? await navigator.clipboard.writeText(text.value).then(() => true, () => false)
      : document.execCommand("copy");
    if (done) button.textContent = button.dataset.done;
  });
}
