// Says that an answer is awaited, and keeps a second press from asking twice. Without it the form works as well.
// Attributes, not `form.dataset`: a field of the form has that name.

const BUSY = "data-busy";

for (const form of document.querySelectorAll("[data-prefill]")) {
  const wait = form.querySelector("[data-wait]");
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute(BUSY)) {
      event.preventDefault();
      return;
    }
    form.setAttribute(BUSY, "");
    wait.textContent = form.getAttribute("data-waiting");
    wait.hidden = false;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}

// A page that comes back from the history awaits nothing.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-prefill]")) {
    form.removeAttribute(BUSY);
    form.querySelector("[data-wait]").hidden = true;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});
