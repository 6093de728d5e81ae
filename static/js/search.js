// The search form beyond htmx: thumbs of the ranges, fields after a morph, focus, the Back button.
import { element, say, showFavourites } from "./app.js";
import { gettext } from "./language.js";

const form = () => document.getElementById("search");
const STEPS = 1000;

/** Write the position of a thumb into the typed field, which alone is sent. */
function typeThumb(thumb) {
  const range = thumb.closest(".range");
  const [low, high] = [Number(range.dataset.low), Number(range.dataset.high)];
  const isLower = thumb.dataset.thumb.endsWith("_min");
  const other = range.querySelector(`[data-thumb]:not([data-thumb="${thumb.dataset.thumb}"])`);
  const step = isLower
    ? Math.min(Number(thumb.value), Number(other.value))
    : Math.max(Number(thumb.value), Number(other.value));
  thumb.value = String(step);
  const share = step / STEPS;
  const isLog = range.hasAttribute("data-log");
  const value = isLog ? low * (high / low) ** share : low + (high - low) * share;
  // At its end a thumb bounds nothing.
  const atEnd = isLower ? step === 0 : step === STEPS;
  document.getElementById(thumb.dataset.thumb).value = atEnd ? "" : written(value, range.id);
}

const WHOLE = new Set(["facet-year", "facet-samples", "facet-classes"]);
const written = (value, id) =>
  WHOLE.has(id) && value >= 1
    ? String(Math.round(Number(value.toPrecision(id === "facet-year" ? 6 : 2))))
    : String(Number(value.toPrecision(2)));

document.addEventListener(
  "input",
  (event) => event.target.matches?.("[data-thumb]") && typeThumb(event.target),
);
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-thumb]")) return;
  const field = document.getElementById(event.target.dataset.thumb);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

/** A morph changes attributes; what a reader has touched keeps its own state unless it is told. */
function settleFields() {
  const held = document.activeElement;
  for (const field of form().elements) {
    if (field.type === "checkbox" && field.name) field.checked = field.defaultChecked;
    else if (field.type === "range") field.value = field.defaultValue;
    else if (field.tagName === "SELECT")
      field.selectedIndex = [...field.options].findIndex((option) => option.defaultSelected);
    else if (field.name && field !== held && field.type !== "file") field.value = field.defaultValue;
  }
}

let focused = null;
let paged = false;

/** What the service says instead of a search, such as that an outline is too long, above the last list. */
function explain(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const words = page.querySelector("main .prose")?.textContent ?? gettext("The service could not answer this search.");
  const box = element("div", { className: "summary-errors" }, element("h2", {}, words));
  box.setAttribute("role", "alert");
  const results = document.getElementById("results");
  results.querySelector(".summary-errors")?.remove();
  results.prepend(box);
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:before:swap", (event) => {
  focused = document.activeElement;
  const { text } = event.detail.ctx;
  if (!form() || text.includes('id="search"')) return;
  // A page of its own would take the place of the form, and what was typed would be lost.
  event.preventDefault();
  explain(text);
});

document.addEventListener("htmx:config:request", (event) => {
  const asked = event.detail.ctx.sourceElement;
  paged = Boolean(asked?.closest?.(".pages"));
});

document.addEventListener("htmx:after:swap", () => {
  if (!form()) return;
  settleFields();
  showFavourites(form());
  const words = document.getElementById("q").value;
  const name = gettext("EO Dataset Catalogue");
  document.title = words ? `${words} – ${name}` : name;
  const heading = document.getElementById("count");
  if (paged) heading.scrollIntoView({ block: "start" });
  // What was pressed has gone, a removed filter or the link to the next page: go on at the heading.
  if (paged || (focused && !focused.isConnected)) heading.focus({ preventScroll: true });
  paged = false;
});

// Back and forward morph the form as well, so that the map keeps its place.
document.addEventListener("htmx:before:history:restore", (event) => {
  if (!form()) return;
  event.preventDefault();
  window.htmx.ajax("GET", location.pathname + location.search, {
    source: document.body,
    target: "#search",
    swap: "outerMorph",
  });
});

document.addEventListener("htmx:error", () =>
  say(gettext("The service did not answer. What you see is the last answer; try again.")),
);
