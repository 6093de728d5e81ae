// The items of a dataset: their map, and choices that change map, chart and list without leaving the page.
import { showItems } from "./items-layer.js";
import { gettext, ngettext, number } from "./language.js";
import { mount } from "./map/mount.js";
import { inks, style } from "./map/style.js";

const PARTS = ["items-choice", "items-list"];
const MOST_LISTED = 10;
const LABELS = {
  train: gettext("training"),
  validate: gettext("validation"),
  test: gettext("test"),
  other: gettext("no split stated"),
};

const section = document.getElementById("items");
const place = document.getElementById("items-map");
const ownPage = location.pathname.endsWith("/items");
const choice = () => document.getElementById("items-choice");
const absolute = (address) => new URL(address, location.href).href;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** What the choice asks of the map. */
function asked() {
  const form = choice();
  return {
    query: form.dataset.tiles,
    splits: form.dataset.shown.split(" "),
    hasSplits: Boolean(form.querySelector(".items-splits")),
  };
}

class ItemsMap {
  constructor(library) {
    this.map = new library.Map({
      container: place.querySelector(".map-canvas"),
      style: this.ground(),
      bounds: this.bounds(),
      fitBoundsOptions: { padding: 24, maxZoom: 10 },
      minZoom: -1,
      maxZoom: 19,
      maxPitch: 0,
      attributionControl: false,
      dragRotate: false,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.getCanvas().setAttribute(
      "aria-label",
      gettext("Map of the items of %(name)s. Arrow keys pan, plus and minus zoom.", { name: place.dataset.name }),
    );
    this.panel = place.querySelector(".map-list");
    this.hint = place.querySelector(".map-hint");
    this.map.once("load", () => this.loaded());
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout", () => (this.hint.textContent = ""));
    this.map.on(
      "error",
      (event) => event.sourceId === "items" && this.say(gettext("Part of the items could not be loaded.")),
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      this.map.setStyle(this.ground(), { diff: false }),
    );
    place.addEventListener("click", (event) => this.press(event));
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    // Tests and curious readers can ask it what it shows.
    place.itemsMap = this.map;
  }

  ground() {
    return style(inks(place), { far: absolute(place.dataset.far), near: absolute(place.dataset.land) });
  }

  bounds() {
    const [west, south, east, north] = place.dataset.bounds.split(",").map(Number);
    return [
      [west, Math.max(south, -80)],
      [east, Math.min(north, 84)],
    ];
  }

  loaded() {
    this.items = showItems(this.map, asked());
    this.map.once("idle", () => (place.dataset.ready = "true"));
  }

  say(words) {
    this.hint.textContent = words;
  }

  changed() {
    this.close();
    delete place.dataset.ready;
    this.items?.set(asked());
    this.map.once("idle", () => (place.dataset.ready = "true"));
  }

  /** How many items a feature stands for under the choice, in words. */
  words({ properties }) {
    const { splits, hasSplits } = asked();
    const parts = splits.filter((split) => properties[split]);
    const total = parts.reduce((sum, split) => sum + properties[split], 0);
    const told = ngettext("%(num)s item", "%(num)s items", total);
    return hasSplits ? `${told}: ${parts.map((one) => `${number(properties[one])} ${LABELS[one]}`).join(", ")}` : told;
  }

  hover(event) {
    const features = this.items?.at(event.point) ?? [];
    this.map.getCanvas().classList.toggle("touching", features.length > 0);
    const [first] = features;
    const outlines = new Set(features.filter(isOutline).map((one) => one.properties.id)).size;
    if (!first) this.say("");
    else if (isOutline(first) && outlines === 1) this.say(first.properties.id);
    else if (isOutline(first)) this.say(gettext("%(n)s items, one on another", { n: number(outlines) }));
    else if (first.layer.id === "items-cells") this.say(this.words(first));
    else {
      const n = number(first.properties.touching);
      this.say(gettext("%(n)s items lie here, too many to draw apart", { n }));
    }
  }

  click(event) {
    const features = this.items?.at(event.point) ?? [];
    const outlines = features.filter(isOutline);
    if (outlines.length) return this.list(outlines);
    const cell = features.find((one) => one.layer.id === "items-cells");
    if (!cell) return this.close();
    const zoom = element("button", { type: "button" }, gettext("Zoom in here"));
    zoom.addEventListener("click", () => {
      this.close();
      this.map.easeTo({ center: event.lngLat, zoom: this.map.getZoom() + 3 });
    });
    this.show([element("h3", { tabIndex: -1 }, gettext("Items here")), element("p", {}, this.words(cell)), zoom]);
  }

  list(features) {
    const byId = new Map(features.map((one) => [one.properties.id, one.properties]));
    const lines = [...byId.values()].slice(0, MOST_LISTED).map((item) => {
      const path = `/stac/collections/${encodeURIComponent(item.collection)}/items/${encodeURIComponent(item.id)}`;
      return element("li", {}, element("a", { href: path }, item.id), ` ${item.datetime.slice(0, 10)}`);
    });
    const more = byId.size - lines.length;
    const parts = [
      element("h3", { tabIndex: -1 }, ngettext("%(num)s item here", "%(num)s items here", byId.size)),
      element("ul", {}, ...lines),
    ];
    if (more > 0) parts.push(element("p", {}, gettext("and %(n)s more", { n: number(more) })));
    this.show(parts);
  }

  show(parts) {
    const close = element("button", { type: "button", className: "bare" }, gettext("Close"));
    close.addEventListener("click", () => this.close());
    this.panel.replaceChildren(...parts, close);
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", gettext("Items at this place"));
    this.panel.hidden = false;
    this.panel.querySelector("h3").focus();
  }

  close() {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    if (held) this.map.getCanvas().focus();
  }

  press(event) {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool === "in") this.map.zoomIn();
    if (tool === "out") this.map.zoomOut();
    if (tool === "all") this.map.fitBounds(this.bounds(), { padding: 24, maxZoom: 10 });
  }
}

const isOutline = (feature) => feature.sourceLayer === "footprints";

let drawn = null;
let asking = 0;

/** Fetch another choice and put its parts in place of the present ones; the map stays. */
async function go(address, { push = ownPage } = {}) {
  const turn = ++asking;
  const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } }).catch(() => null);
  if (!answer?.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asking) return;
  const focused = document.activeElement?.id;
  const isOpen = choice().querySelector("details")?.open;
  for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
  const table = choice().querySelector("details");
  if (table) table.open = Boolean(isOpen);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (push) history.pushState(null, "", address);
  drawn?.changed();
}

function addressOf(form) {
  const fields = new FormData(form);
  const pairs = [...fields].filter(([, value]) => value);
  const boxes = form.querySelectorAll("[name=split]").length;
  // All splits are the same as no choice.
  const kept = fields.getAll("split").length === boxes ? pairs.filter(([name]) => name !== "split") : pairs;
  return `${form.getAttribute("action")}${kept.length ? `?${new URLSearchParams(kept)}` : ""}`;
}

/** A drag over the bars chooses a span; a press chooses one bar. */
class Brush {
  bar(event) {
    const bars = [...choice().querySelectorAll(".time-bar")];
    return bars.reduce((best, bar) => {
      const { left, right } = bar.querySelector(".hit").getBoundingClientRect();
      const away = Math.abs((left + right) / 2 - event.clientX);
      return !best || away < best.away ? { bar, away } : best;
    }, null)?.bar;
  }

  start(event) {
    if (event.button || !event.target.closest?.(".items-time svg")) return;
    this.from = this.to = this.bar(event);
    event.preventDefault();
  }

  move(event) {
    if (!this.from) return;
    this.to = this.bar(event) ?? this.to;
    const [first, last] = this.ends();
    for (const bar of choice().querySelectorAll(".time-bar")) {
      bar.classList.toggle("off", bar.dataset.label < first || bar.dataset.label > last);
    }
  }

  ends() {
    return [this.from.dataset.label, this.to.dataset.label].sort();
  }

  end() {
    if (!this.from) return;
    const [first, last] = this.ends();
    this.from = null;
    const form = choice();
    form.elements.from.value = first;
    form.elements.to.value = last;
    go(addressOf(form));
  }
}

function listen() {
  const brush = new Brush();
  section.addEventListener("pointerdown", (event) => brush.start(event));
  document.addEventListener("pointermove", (event) => brush.move(event));
  document.addEventListener("pointerup", () => brush.end());
  section.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id === "items-choice") go(addressOf(form));
  });
  section.addEventListener("submit", (event) => {
    event.preventDefault();
    go(addressOf(event.target));
  });
  section.addEventListener("click", (event) => {
    const link = event.target.closest?.(".items-pages a, .items-time td a, .items-time th a, [data-clear]");
    const isBar = event.target.closest?.(".time-bar");
    if (isBar) event.preventDefault();
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href")).then(() => {
      const heading = document.getElementById("items-count");
      heading.focus({ preventScroll: true });
      if (link.closest(".items-pages")) heading.scrollIntoView({ block: "nearest" });
    });
  });
  if (ownPage) addEventListener("popstate", () => go(location.pathname + location.search, { push: false }));
}

if (section) listen();
if (place) {
  mount(
    place,
    (library) => (drawn = new ItemsMap(library)),
    gettext(
      "This browser cannot draw the map, for example because WebGL is off. The choices and the list tell the same.",
    ),
  );
}
