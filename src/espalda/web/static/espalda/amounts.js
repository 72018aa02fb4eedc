// Buttons for less and more beside an amount, and the amount's field at once where another one is wanted. Without this
// script the amount is typed.
const number = (field) => Number(field.value.replace(",", "."));
const comma = document.documentElement.lang === "es";

function step(field, by) {
  const size = Number(field.closest("[data-step]").dataset.step);
  const value = Math.max(0, Math.round((number(field) + by * size) * 1000) / 1000);
  if (Number.isFinite(value)) field.value = comma ? String(value).replace(".", ",") : String(value);
}

function button(words, text, field, by) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", `${words}: ${field.closest("fieldset").querySelector("legend").textContent}`);
  made.addEventListener("click", () => step(field, by));
  return made;
}

const { less, more } = document.querySelector("[data-less]").dataset;
for (const measure of document.querySelectorAll("[data-step]")) {
  const field = measure.querySelector("input");
  field.before(button(less, "−", field, -1));
  field.after(button(more, "+", field, 1));
  const other = measure.closest("fieldset").querySelector("input[value=typed]");
  other?.addEventListener("change", () => field.select());
}
