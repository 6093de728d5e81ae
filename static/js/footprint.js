// The area of a suggestion: drawn on a map, sent by itself, places completed while one types.
import { element } from "./app.js";
import { gettext } from "./language.js";
import { boxText, collection, positions } from "./map/area.js";
import { Drawing } from "./map/draw.js";
import { mount } from "./map/mount.js";
import { inks, style } from "./map/style.js";

const WAIT_MS = 150;
const MOST_SHOWN = 12;
const MOST_WAITED_MS = 8000;

const part = document.querySelector("[data-footprint]");
const form = part.closest("form");
const here = document.getElementById("footprint-map");
const hint = here.querySelector(".map-hint");
const text = document.getElementById("footprint-text");
const absolute = (address) => new URL(address, location.href).href;

// ---------- ways ----------

/** Show the inputs of the way that is chosen; the style sheet does the rest. */
function choose(way) {
  const radio = part.querySelector(`input[name="footprint.way"][value="${way}"]`);
  if (radio) radio.checked = true;
}

// ---------- drawing ----------

const polygon = (words) => ({
  type: "Polygon",
  coordinates: [
    [...words.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, lon, lat]) => [Number(lon), Number(lat)]),
  ],
});

class AreaMap {
  constructor(library) {
    this.library = library;
    this.drawn = [];
    this.data = { far: absolute(here.dataset.far), near: absolute(here.dataset.land), tiles: null, lit: outline(), own: null };
    this.map = new library.Map({
      container: here.querySelector(".map-canvas"),
      style: style(inks(here), this.data),
      center: [10, 22],
      zoom: Math.min(2, Math.log2(Math.max(here.clientWidth, here.clientHeight) / 512)),
      minZoom: -1,
      maxZoom: 16,
      maxPitch: 0,
      attributionControl: false,
      dragRotate: false,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.getCanvas().setAttribute("aria-label", here.dataset.name);
    this.map.on("load", () => this.loaded());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      this.map.setStyle(style(inks(here), this.data), { diff: false }),
    );
    here.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-tool]")?.dataset.tool;
      if (tool) this.tools[tool](event.detail === 0);
    });
    here.areaMap = this.map;
  }

  loaded() {
    this.drawing = new Drawing(this.map, {
      show: (shapes) => this.set("own", shapes ?? this.shapes()),
      say: (words) => (hint.textContent = words),
      ended: () => this.pressed(null),
      done: { box: (box) => this.add(boxText(box)), polygon: (words) => this.add(words) },
    });
    this.fit();
    this.map.once("idle", () => (here.dataset.ready = "true"));
  }

  set(source, shapes) {
    this.data[source] = shapes;
    this.map.getSource(source)?.setData(shapes ?? collection([]));
  }

  shapes() {
    return collection(this.drawn.map(polygon));
  }

  /** What is drawn, as the text that is sent. */
  write() {
    text.value = this.drawn.length > 1 ? `GEOMETRYCOLLECTION(${this.drawn.join(", ")})` : (this.drawn[0] ?? "");
    this.set("own", this.shapes());
  }

  add(words) {
    this.drawn.push(words);
    this.write();
    hint.textContent = here.dataset.drawn;
  }

  clear() {
    this.drawn = [];
    this.write();
    this.set("lit", outline());
    this.fit();
    hint.textContent = "";
  }

  fit() {
    const found = positions((this.data.lit?.features ?? []).map((feature) => feature.geometry));
    if (!found.length) return;
    const bounds = new this.library.LngLatBounds(found[0], found[0]);
    for (const position of found) bounds.extend(position);
    this.map.fitBounds(bounds, { padding: 32, maxZoom: 8, animate: false });
  }

  pressed(tool) {
    for (const button of here.querySelectorAll("[data-tool][aria-pressed]"))
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  }

  draw(mode, byKey) {
    // A press by key has no place on the screen: it leads to the fields instead of to drawing.
    if (byKey) return this.type(mode);
    if (this.drawing.mode === mode) return this.drawing.stop();
    this.drawing.start(mode);
    this.pressed(mode);
  }

  type(mode) {
    choose(mode === "box" ? "box" : "text");
    document.getElementById(mode === "box" ? "footprint-west" : "footprint-text").focus();
  }

  tools = {
    in: () => this.map.zoomIn(),
    out: () => this.map.zoomOut(),
    world: () => this.map.easeTo({ center: [10, 22], zoom: 0 }),
    box: (byKey) => this.draw("box", byKey),
    polygon: (byKey) => this.draw("polygon", byKey),
    back: () => {
      this.drawn.pop();
      this.write();
    },
  };
}

/** The outline of the draft as the data of the map. */
function outline() {
  return part.dataset.outline ? collection([JSON.parse(part.dataset.outline)]) : null;
}

let shown = null;
mount(here, (library) => (shown = new AreaMap(library)), here.dataset.none);

// ---------- sending ----------

const said = part.querySelector("[data-area-said]");
const fault = part.querySelector("[data-area-fault]");

function tell(words) {
  fault.hidden = !words;
  fault.querySelector("span").textContent = words;
  part.classList.toggle("wrong", Boolean(words));
}

/** Take over what the service says about the draft. */
function take(told) {
  part.querySelector("[data-area-state]").innerHTML = told.html;
  aim(told.id);
  part.dataset.outline = told.outline;
  if (!form.elements.lock) return;
  if (!form.dataset.revision) {
    form.dataset.revision = told.id;
    form.action = `/suggest/${told.id}`;
    history.replaceState(history.state, "", form.action);
  }
  form.dataset.lock = told.lock;
  form.elements.lock.value = told.lock;
  form.elements.seen.value = told.seen;
}

/** A draft that is only just begun: the page saves it first, or there would be two. */
async function begun() {
  if (!form.hasAttribute("data-suggest")) return;
  if (!form.dataset.revision) form.elements.name.dispatchEvent(new Event("input", { bubbles: true }));
  for (let waited = 0; waited < MOST_WAITED_MS && !form.dataset.revision; waited += WAIT_MS)
    await new Promise((go) => setTimeout(go, WAIT_MS));
  if (form.dataset.revision) aim(form.dataset.revision);
}

/** Let the buttons of this part send to a draft. */
function aim(id) {
  for (const button of form.querySelectorAll("[data-area-step]")) button.formAction = `/suggest/${id}/footprint`;
}

async function send(button) {
  said.textContent = gettext("Reading the area …");
  tell("");
  button.disabled = true;
  await begun();
  const body = new FormData(form);
  body.set("step", button.value);
  const isDrawn = body.get("footprint.way") === "draw";
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({}));
    if (told.id) take(told);
    tell(answer.ok ? "" : (told.fault ?? told.description ?? part.dataset.failed));
    said.textContent = answer.ok ? gettext("Taken into the draft.") : "";
    if (answer.ok && (isDrawn || !shown?.drawn.length)) shown?.clear();
    // What was taken is not to be taken once more when the form is saved.
    if (answer.ok) for (const input of part.querySelectorAll("[name^='footprint.']:not([type=radio])")) input.value = "";
  } catch {
    tell(part.dataset.failed);
    said.textContent = "";
  }
  button.disabled = false;
}

part.addEventListener("click", (event) => {
  const button = event.target.closest("[data-area-step]");
  if (!button) return;
  event.preventDefault();
  send(button);
});

// ---------- places by name ----------

const adding = document.getElementById("footprint-adding");
const names = document.getElementById("footprint-names");
const places = document.getElementById("footprint-places");
let timer = 0;

async function offer() {
  const words = adding.value.trim();
  if (!words) return names.replaceChildren();
  const answer = await fetch(`/api/places?${new URLSearchParams({ q: words, limit: MOST_SHOWN })}`).catch(() => null);
  if (!answer?.ok || adding.value.trim() !== words) return;
  const { places: found } = await answer.json();
  names.replaceChildren(...found.map((place) => element("option", { value: place.name })));
}

function addPlace() {
  const name = adding.value.trim();
  if (!name) return;
  const lines = places.value.split("\n").filter((line) => line.trim());
  if (!lines.includes(name)) places.value = [...lines, name].join("\n");
  adding.value = "";
  names.replaceChildren();
  adding.focus();
}

adding.addEventListener("input", (event) => {
  event.stopPropagation();
  clearTimeout(timer);
  timer = setTimeout(offer, WAIT_MS);
});
adding.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  addPlace();
});
part.querySelector("[data-add-place]").addEventListener("click", addPlace);

// A file that is chosen, or a text that is pasted, is meant.
document.getElementById("footprint-file").addEventListener("change", () => choose("file"));
