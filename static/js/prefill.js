// Says that an answer is awaited, and keeps a second press from asking twice. Without it the form works as well.

for (const form of document.querySelectorAll("[data-prefill]")) {
  const wait = form.querySelector("[data-wait]");
  form.addEventListener("submit", () => {
    wait.textContent = form.dataset.waiting;
    wait.hidden = false;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    form.dataset.busy = "";
  });
  form.addEventListener("click", (event) => {
    if ("busy" in form.dataset && event.target.closest("button")) event.preventDefault();
  });
}

// A page that comes back from the history awaits nothing.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-prefill]")) {
    delete form.dataset.busy;
    form.querySelector("[data-wait]").hidden = true;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});
