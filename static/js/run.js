// The page of a run beyond its links and forms: the divider of all maps, what lies under the pointer, and progress
// as it happens.

import { gettext } from "./language.js";
import { say } from "./app.js";
import { mark, tell as tellValues, toldBy } from "./readout.js";

const byId = (id) => document.getElementById(id);
const kept = { seam: 50, dragging: null, pinned: false, stream: null };

/** Move the divider of all maps together, 0 to 100 percent from the left. */
function divide(percent) {
  const range = byId("seam");
  if (!range) return;
  kept.seam = Math.min(100, Math.max(0, Math.round(percent)));
  for (const map of document.querySelectorAll(".swipe")) map.style.setProperty("--seam", `${kept.seam}%`);
  range.value = kept.seam;
  range.parentElement.querySelector("output").textContent = `${kept.seam} %`;
}

function drag(event) {
  const box = kept.dragging.getBoundingClientRect();
  divide(((event.clientX - box.left) / box.width) * 100);
}

function size() {
  const { rows, columns } = byId("beneath").dataset;
  return { rows: Number(rows), columns: Number(columns) };
}

/** Mark a pixel on all maps and tell what they show there: the values of the left, the meaning of the right. */
function point(row, column, { fields = false } = {}) {
  if (!byId("beneath")) return;
  const { rows, columns } = size();
  if (!(row >= 0 && row < rows && column >= 0 && column < columns)) return;
  if (fields) [byId("row").value, byId("column").value] = [row, column];
  byId("here").textContent = gettext("row %(row)s, column %(column)s", { row, column });
  if (byId("key-left")) tellValues(byId("key-left"), row, column, { rows, columns });
  for (const map of document.querySelectorAll(".map-of:has(.swipe)")) {
    mark(map.querySelector(".cross"), row, column, { rows, columns });
    const [image, key] = [map.querySelector(".half.right img"), map.querySelector(".side-key")];
    toldBy(image, key, row, column, { rows, columns }).then((told) => (key.querySelector("output").textContent = told));
  }
}

/** The pixel of the tile under a pointer. */
function under(event, map) {
  const box = map.getBoundingClientRect();
  const { rows, columns } = size();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return [Math.floor(y * rows), Math.floor(x * columns)];
}

document.addEventListener("pointerdown", (event) => {
  const map = event.target.closest?.(".swipe");
  if (!map || event.button) return;
  if (event.target.closest(".seam")) {
    kept.dragging = map;
    kept.dragging.setPointerCapture(event.pointerId);
    event.preventDefault();
    return;
  }
  kept.pinned = !kept.pinned || event.pointerType !== "mouse";
  if (kept.pinned && byId("beneath")) point(...under(event, map), { fields: true });
});
document.addEventListener("pointermove", (event) => {
  if (kept.dragging) return drag(event);
  const map = event.target.closest?.(".swipe");
  if (map && byId("beneath") && !kept.pinned && event.pointerType !== "touch") point(...under(event, map));
});
document.addEventListener("pointerup", () => (kept.dragging = null));
document.addEventListener("pointercancel", () => (kept.dragging = null));
document.addEventListener("input", ({ target }) => {
  if (target.id === "seam") divide(Number(target.value));
  if (target.id !== "row" && target.id !== "column") return;
  kept.pinned = true;
  point(byId("row").valueAsNumber, byId("column").valueAsNumber);
});

/** Bands chosen by hand make the left side; a left side by hand needs three bands. */
function mix(target) {
  if (target.matches(".mixed")) byId("left").value = "rgb";
  if (byId("left").value !== "rgb") return;
  [...document.querySelectorAll(".mixed")].forEach((field, place) => {
    const named = [...field.options].filter((option) => option.value);
    if (!field.value) field.value = named[Math.min(place, named.length - 1)].value;
  });
}
// Before htmx reads the form.
document.addEventListener("change", ({ target }) => target.closest?.("#sight") && mix(target), true);

/** Watch a run that has not ended. While events come nothing is polled; when they fail, htmx polls. */
function watch() {
  const run = byId("run");
  if (!run?.dataset.events) return;
  if (kept.stream) {
    if (kept.stream.readyState !== EventSource.CLOSED) byId("poll")?.remove();
    return;
  }
  kept.stream = new EventSource(run.dataset.events);
  kept.stream.addEventListener("open", () => byId("poll")?.remove());
  kept.stream.addEventListener("progress", ({ data }) => tell(JSON.parse(data)));
  kept.stream.addEventListener("end", () => {
    kept.stream.close();
    byId("run").dispatchEvent(new Event("look"));
  });
  // A stream that is refused is not opened again: ask for the page, which brings its polling back.
  kept.stream.addEventListener("error", () => {
    if (kept.stream.readyState === EventSource.CLOSED) byId("run").dispatchEvent(new Event("look"));
  });
}

/** Show how far the run is; when it starts, the page says more than its stage. */
function tell({ stage, stage_code: code, stage_value: about, progress, state, left }) {
  const isTold = byId("run").dataset.state === state && Boolean(byId("left-alone")) === Boolean(left);
  if (!isTold) byId("run").dispatchEvent(new Event("look"));
  if (state !== "running" || !byId("stage")) return;
  const words = JSON.parse(byId("run").dataset.words)[code];
  const told = words && about ? `${words}: ${about}` : (words ?? stage);
  byId("stage").textContent = `${told}, ${progress}\u00a0%`;
  document.querySelector("#run .m-on").setAttribute("d", `M0 0h${progress}v6H0z`);
}

document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx.text.includes('id="run"')) return;
  event.preventDefault();
  say(gettext("The service could not show that. What you see is what it showed last."));
});
document.addEventListener("htmx:error", () =>
  say(gettext("The service did not answer. What you see is the last answer; try again.")),
);
document.addEventListener("htmx:after:swap", () => {
  divide(kept.seam);
  if (kept.pinned && byId("row")) point(byId("row").valueAsNumber, byId("column").valueAsNumber);
  watch();
});

divide(kept.seam);
watch();
