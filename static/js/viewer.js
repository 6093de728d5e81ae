// The viewer of a tile beyond its form: divider, opacity, the values under the pointer, the tile on a map.
// The form itself is htmx; what is shown is an address, so nothing here is needed to see a picture.

import { say } from "./app.js";
import { gettext } from "./language.js";
import { mount } from "./map/mount.js";
import { inks, style } from "./map/style.js";
import { mark, tell } from "./readout.js";

const byId = (id) => document.getElementById(id);
const kept = { seam: 50, dragging: false, pinned: false, wantsPixel: false };

/** Move the divider between the two pictures, 0 to 100 percent from the left. */
function divide(percent) {
  kept.seam = Math.min(100, Math.max(0, Math.round(percent)));
  byId("swipe").style.setProperty("--seam", `${kept.seam}%`);
  const range = byId("seam");
  range.value = kept.seam;
  range.parentElement.querySelector("output").textContent = `${kept.seam} %`;
}

function fade(range) {
  const shown = byId("swipe").querySelector(".over");
  if (shown) shown.style.opacity = String(range.value / 100);
  range.parentElement.querySelector("output").textContent = `${range.value} %`;
}

function size() {
  const { rows, columns } = byId("swipe").dataset;
  return { rows: Number(rows), columns: Number(columns) };
}

/** Mark a pixel and tell its values; one that a reader presses goes into the fields as well. */
function point(row, column, { fields = false } = {}) {
  const { rows, columns } = size();
  if (!(row >= 0 && row < rows && column >= 0 && column < columns)) return;
  mark(byId("swipe").querySelector(".cross"), row, column, { rows, columns });
  byId("here").textContent = gettext("row %(row)s, column %(column)s", { row, column });
  if (fields) [byId("row").value, byId("column").value] = [row, column];
  for (const key of document.querySelectorAll(".side-key")) tell(key, row, column, { rows, columns });
}

/** The pixel of the tile under a pointer, and how far from the left it is, in percent. */
function under(event) {
  const box = byId("swipe").getBoundingClientRect();
  const { rows, columns } = size();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return { row: Math.floor(y * rows), column: Math.floor(x * columns), percent: x * 100 };
}

function press(event) {
  const place = event.target.closest?.("#swipe");
  if (!place || event.button) return;
  const found = under(event);
  if (event.target.closest(".seam")) {
    kept.dragging = true;
    place.setPointerCapture(event.pointerId);
    event.preventDefault();
    return;
  }
  kept.pinned = !kept.pinned || event.pointerType !== "mouse";
  if (kept.pinned) point(found.row, found.column, { fields: true });
  else [byId("row").value, byId("column").value] = ["", ""];
}

function move(event) {
  if (kept.dragging) return divide(under(event).percent);
  if (kept.pinned || event.pointerType === "touch" || !event.target.closest?.("#swipe")) return;
  const found = under(event);
  point(found.row, found.column);
}

/** Choose in the form, as if the reader had done it there. */
function choose(id, value) {
  byId(id).value = value;
  byId(id).dispatchEvent(new Event("change", { bubbles: true }));
}

function follow(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const picked = event.target.closest("[data-right], [data-date]");
  if (!picked) return;
  event.preventDefault();
  if (picked.dataset.right) choose("right", picked.dataset.right);
  else choose("date", picked.dataset.date);
}

/** Bands chosen by hand make the left side; a left side by hand needs three bands. */
function mix(target) {
  const fields = [...document.querySelectorAll(".mixed")];
  if (target.matches(".mixed")) byId("left").value = "rgb";
  if (byId("left").value !== "rgb") return;
  fields.forEach((field, place) => {
    const named = [...field.options].filter((option) => option.value);
    if (!field.value) field.value = named[Math.min(place, named.length - 1)].value;
  });
}

document.addEventListener("pointerdown", press);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", () => (kept.dragging = false));
document.addEventListener("pointercancel", () => (kept.dragging = false));
document.addEventListener("click", (event) => {
  kept.wantsPixel = Boolean(event.target.closest?.(".pixel button"));
  follow(event);
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "seam") divide(Number(target.value));
  if (target.id === "opacity") fade(target);
  if (target.id !== "row" && target.id !== "column") return;
  kept.pinned = true;
  point(byId("row").valueAsNumber, byId("column").valueAsNumber);
});
// Before htmx reads the form.
document.addEventListener("change", ({ target }) => target.closest?.("#sight") && mix(target), true);

/** After every answer the page is as the server wrote it: put back what only this browser knows. */
function settle() {
  if (!byId("swipe")) return;
  divide(kept.seam);
  if (byId("opacity")) fade(byId("opacity"));
  point(byId("row").valueAsNumber, byId("column").valueAsNumber);
}

// A page of its own, an error for example, must not take the place of the viewer.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.target.closest?.("[data-apart]") || event.detail.ctx.text.includes('id="viewer"')) return;
  event.preventDefault();
  say(gettext("The service could not show that. What you see is what it showed last."));
});

document.addEventListener("htmx:error", () =>
  say(gettext("The service did not answer. What you see is the last answer; try again.")),
);

document.addEventListener("htmx:after:swap", () => {
  settle();
  map?.changed();
  const told = byId("pixel-title");
  if (kept.wantsPixel && told) told.scrollIntoView({ block: "center" });
  kept.wantsPixel = false;
});

class TileMap {
  constructor(library, place) {
    this.place = place;
    this.map = new library.Map({
      container: place.querySelector(".map-canvas"),
      style: this.ground(),
      bounds: this.bounds(),
      fitBoundsOptions: { padding: 32, maxZoom: 15 },
      maxPitch: 0,
      attributionControl: false,
      dragRotate: false,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    const words = gettext("Map of %(name)s. Arrow keys pan, plus and minus zoom.", { name: place.dataset.name });
    this.map.getCanvas().setAttribute("aria-label", words);
    this.map.once("load", () => this.changed());
    place.addEventListener("click", (event) => this.press(event.target.closest("[data-tool]")?.dataset.tool));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.map.setStyle(this.ground()));
    place.tileMap = this.map;
  }

  /** West, south, east and north; east is beyond 180 where the tile crosses the antimeridian. */
  box() {
    const [west, south, east, north] = this.place.dataset.box.split(",").map(Number);
    return [west, south, east < west ? east + 360 : east, north];
  }

  /** Where the corners of the picture lie, from the upper left clockwise: grids in metres stand askew. */
  corners() {
    const [west, south, east, north] = this.box();
    const ofBox = [
      [west, north],
      [east, north],
      [east, south],
      [west, south],
    ];
    return this.place.dataset.corners ? JSON.parse(this.place.dataset.corners) : ofBox;
  }

  bounds() {
    const [west, south, east, north] = this.box();
    return [
      [west, south],
      [east, north],
    ];
  }

  /** The land with the left picture on it: a new style whenever the picture changes, since it is small. */
  ground() {
    const absolute = (address) => new URL(address, location.href).href;
    const made = style(inks(this.place), {
      far: absolute(this.place.dataset.far),
      near: absolute(this.place.dataset.land),
    });
    const url = document.querySelector('[data-side="left"].picture').src;
    made.sources.tile = {
      type: "image",
      url,
      coordinates: this.corners(),
    };
    const paint = { "raster-resampling": "nearest", "raster-fade-duration": 0 };
    made.layers.push({ id: "tile", type: "raster", source: "tile", paint });
    return made;
  }

  changed() {
    this.map.setStyle(this.ground());
    this.map.once("idle", () => (this.place.dataset.ready = "true"));
  }

  press(tool) {
    if (tool === "in") this.map.zoomIn();
    if (tool === "out") this.map.zoomOut();
    if (tool === "all") this.map.fitBounds(this.bounds(), { padding: 32, maxZoom: 15 });
  }
}

let map = null;
const place = byId("tile-map");
if (place) {
  const instead = gettext("The map could not start. The corners of the tile stand beneath.");
  mount(place, (library) => (map = new TileMap(library, place)), instead);
}
settle();
