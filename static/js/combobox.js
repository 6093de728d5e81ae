// A text box that offers the entries of a list while one types: an ARIA combobox with a listbox below it.

import { element } from "./app.js";

const WAIT_MS = 120;
let boxes = 0;

/**
 * Let an input offer the entries of a list.
 *
 * `choose` is called with {code, label}; with `free` also with what was typed, when Enter is pressed and
 * nothing is marked. `words` are the texts that are spoken: {nothing, found}.
 */
export function combobox(input, { vocabulary, choose, free = false, words }) {
  boxes += 1;
  const list = element("ul", { id: `listbox-${boxes}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  const spoken = element("span", { className: "hidden-label" });
  spoken.setAttribute("role", "status");
  const box = element("div", { className: "combobox" });
  input.replaceWith(box);
  box.append(input, list, spoken);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  })) {
    input.setAttribute(name, value);
  }

  let found = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const options = list.querySelectorAll("[role=option]");
    options[active]?.setAttribute("aria-selected", "false");
    active = options.length ? (place + options.length) % options.length : -1;
    const option = options[active];
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function show(entries) {
    found = entries;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...entries.map((entry, place) => {
        const option = element("li", { id: `${list.id}-${place}` }, entry.label);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (entry.help && entry.help !== entry.label) option.append(element("small", { textContent: entry.help }));
        option.addEventListener("click", () => take(entry));
        return option;
      }),
    );
    list.hidden = entries.length === 0;
    input.setAttribute("aria-expanded", String(entries.length > 0));
    if (entries.length) list.scrollIntoView({ block: "nearest" });
    spoken.textContent = entries.length ? `${entries.length} ${words.found}` : words.nothing;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const asked = new URLSearchParams({ vocabulary, q: input.value.trim() });
    try {
      const answer = await fetch(`/suggest/terms?${asked}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch {
      // Aborted by the next letter, or no connection: the list stays as it is and typing goes on.
    }
  }

  function take(entry) {
    close();
    choose(entry);
  }

  // The input keeps the focus while the mouse chooses.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      else ask();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && (isOpen || input.dataset.adds)) {
      event.preventDefault();
      if (active >= 0) take(found[active]);
      else if (free && input.value.trim()) take({ code: input.value.trim(), label: input.value.trim() });
      else if (found.length === 1) take(found[0]);
    }
  });
  return { close };
}
