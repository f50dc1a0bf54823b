// Small manners of every page: one open chip at a time, Escape and a click elsewhere close it.
"use strict";
const chips = () => document.querySelectorAll("details.chip[open]");
document.addEventListener("click", (event) => {
  for (const chip of chips()) if (!chip.contains(event.target)) chip.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const chip of chips()) { chip.open = false; chip.querySelector("summary").focus(); }
});
// On a phone the menu opens below the brand.
const toggle = document.querySelector("[data-menu]");
if (toggle) {
  toggle.addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    toggle.setAttribute("aria-expanded", String(open));
  });
}
// A period is either one of the list or from month to month: choosing one clears the other.
document.addEventListener("change", (event) => {
  const chip = event.target.closest("#chip-period");
  if (!chip) return;
  const months = event.target.type === "month";
  for (const input of chip.querySelectorAll("input")) {
    if (months && input.type === "radio") input.checked = false;
    if (!months && input.type === "month") input.value = "";
  }
}, true);
