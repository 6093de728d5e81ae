// The map of the search and of a record: one drawing surface beside lists and fields that say the same.
import { Fields, collection, positions, viewBox } from "./map/area.js";
import { Drawing } from "./map/draw.js";
import { Here } from "./map/here.js";
import { showItems } from "./items-layer.js";
import { gettext, number } from "./language.js";
import { mount } from "./map/mount.js";
import { inks, style } from "./map/style.js";

const MIDDLE = [10, 22];
const FOLLOW_DELAY = 500;
const LIGHT_DELAY = 80;
const REACH = 5;
const CLUSTER_REACH = 18;
const TOUCHED = ["points", "footprints", "outlines-area"];

const here = document.getElementById("map");
const form = document.getElementById("search");
const fields = form && new Fields(form);
const hint = here?.querySelector(".map-hint");

const say = (words) => hint && (hint.textContent = words);
const absolute = (address) => new URL(address, location.href).href;

/** Footprints by slug, each fetched once. */
const footprints = new Map();
function footprint(address) {
  if (!footprints.has(address)) {
    const fetched = fetch(address)
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    footprints.set(address, fetched);
  }
  return footprints.get(address);
}

const tilesOf = () => form && `${location.origin}/tiles/datasets/{z}/{x}/{y}.mvt${form.dataset.tiles}`;

class CatalogueMap {
  constructor(library) {
    this.library = library;
    this.data = {
      far: absolute(here.dataset.far),
      near: absolute(here.dataset.land),
      tiles: tilesOf(),
      lit: null,
      own: null,
    };
    this.map = new library.Map({
      container: here.querySelector(".map-canvas"),
      style: style(inks(here), this.data),
      ...this.world(),
      minZoom: -1,
      maxZoom: 16,
      maxPitch: 0,
      attributionControl: false,
      dragRotate: false,
      cooperativeGestures: false,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.getCanvas().setAttribute("aria-label", this.words());
    this.map.on("move", () => this.scale());
    this.map.on("load", () => this.loaded());
    this.map.on(
      "error",
      (event) => event.sourceId === "datasets" && say(gettext("Part of the map could not be loaded.")),
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle());
    here.addEventListener("click", (event) => this.press(event));
    here.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
    // Tests and curious readers can ask it what it shows.
    here.catalogueMap = this.map;
  }

  /** The whole world, as wide as the frame; a tall frame is filled instead. */
  world() {
    const { clientWidth, clientHeight } = here;
    return { center: MIDDLE, zoom: Math.min(2, Math.log2(Math.max(clientWidth, clientHeight) / 512)) };
  }

  words() {
    const what = form ? gettext("Map of the results.") : gettext("Map of %(name)s.", { name: here.dataset.name });
    return `${what} ${gettext("Arrow keys pan, plus and minus zoom, Escape leaves.")}`;
  }

  loaded() {
    this.scale();
    if (form) this.listen();
    else this.showRecord();
    this.map.once("idle", () => (here.dataset.ready = "true"));
  }

  restyle() {
    this.map.setStyle(style(inks(here), this.data), { diff: false });
  }

  set(source, shapes) {
    this.data[source] = shapes;
    this.map.getSource(source)?.setData(shapes ?? collection([]));
  }

  /** Everything that only the map of a search does. */
  listen() {
    this.drawing = new Drawing(this.map, {
      show: (shapes) => this.set("own", shapes ?? this.ownShapes()),
      say,
      ended: () => this.pressed(null),
      done: {
        box: (box) => this.send(() => fields.setBox(box)),
        polygon: (text) => this.send(() => fields.setOutline(text)),
      },
    });
    this.list = new Here(
      this.map,
      here.querySelector(".map-list"),
      () => form.dataset.here,
      (slug) => this.light(slug),
    );
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout", () => this.light(null));
    this.map.on("moveend", (event) => event.originalEvent && this.follow());
    for (const name of ["pointerover", "focusin"])
      form.addEventListener(name, (event) => this.overRow(event));
    form.addEventListener("pointerout", (event) => event.target.closest(".row") && this.light(null));
    document.addEventListener("htmx:after:swap", () => this.changed());
    form.addEventListener("change", (event) => event.target.id === "outline-file" && this.load(event.target));
    this.set("own", this.ownShapes());
    this.fit(fields.shapes());
  }

  ownShapes() {
    return collection(fields.shapes());
  }

  send(write) {
    write();
    this.set("own", this.ownShapes());
    fields.send();
  }

  /** After htmx: other tiles, another area. */
  changed() {
    const tiles = tilesOf();
    if (tiles !== this.data.tiles) {
      this.data.tiles = tiles;
      this.map.getSource("datasets").setTiles([tiles]);
      this.list.close();
    }
    this.set("own", this.ownShapes());
    this.items?.set({ query: this.itemsQuery() });
  }

  /** The items of the datasets that the search finds. */
  itemsQuery() {
    return new URLSearchParams({ datasets: location.search.slice(1) }).toString();
  }

  toggleItems() {
    if (this.items) {
      this.items.remove();
      this.items = null;
    } else {
      this.items = showItems(this.map, { query: this.itemsQuery(), hasSplits: true, before: "points" });
    }
    const button = here.querySelector("[data-tool=items]");
    button.setAttribute("aria-pressed", String(Boolean(this.items)));
    say(this.items ? gettext("Items of these datasets: scenes and patches, counted in cells from afar.") : "");
  }

  fit(shapes) {
    const found = positions(shapes);
    if (!found.length) return;
    const bounds = new this.library.LngLatBounds(found[0], found[0]);
    for (const position of found) bounds.extend(position);
    this.map.fitBounds(bounds, { padding: 32, maxZoom: 8, animate: false });
  }

  async showRecord() {
    const found = await footprint(here.dataset.record);
    if (!found) return say(gettext("The areas could not be fetched; they stand in the table below."));
    const features = (found.features ?? [found]).filter((feature) => feature.geometry);
    this.set("lit", { type: "FeatureCollection", features });
    this.fit(features.map((feature) => feature.geometry));
  }

  light(slug) {
    clearTimeout(this.lighting);
    this.lighting = setTimeout(() => this.lightNow(slug), LIGHT_DELAY);
  }

  async lightNow(slug) {
    if (slug === this.lit) return;
    this.lit = slug;
    for (const row of form.querySelectorAll(".row.near")) row.classList.remove("near");
    if (!slug) return this.set("lit", null);
    form.querySelector(`#row-${CSS.escape(slug)}`)?.classList.add("near");
    const found = await footprint(`/datasets/${encodeURIComponent(slug)}.geojson`);
    if (this.lit !== slug || !found) return;
    this.set("lit", {
      type: "FeatureCollection",
      features: (found.features ?? [found]).filter((feature) => feature.geometry),
    });
  }

  overRow(event) {
    const row = event.target.closest(".row");
    if (row) this.light(row.dataset.slug);
  }

  touched(point, reach) {
    const box = [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    return this.map.queryRenderedFeatures(box, { layers: TOUCHED });
  }

  hover(event) {
    if (this.drawing.mode) return;
    const features = this.touched(event.point, 2);
    this.map.getCanvas().classList.toggle("touching", features.length > 0);
    this.light(features.find((feature) => feature.properties.slug)?.properties.slug ?? null);
  }

  click(event) {
    if (this.drawing.mode) return;
    const features = this.touched(event.point, REACH);
    if (!features.length) return this.list.close();
    const isCluster = features.some((feature) => feature.layer.id === "points" && feature.properties.n > 1);
    this.list.open(event.point, isCluster ? CLUSTER_REACH : REACH, isCluster);
  }

  follow() {
    if (!form.querySelector("#follow").checked) return;
    clearTimeout(this.following);
    this.following = setTimeout(() => this.send(() => fields.setBox(viewBox(this.map))), FOLLOW_DELAY);
  }

  pressed(tool) {
    for (const button of here.querySelectorAll("[data-tool][aria-pressed]:not([data-tool=items])")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
  }

  press(event) {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    // A press by key has no place on the screen: it leads to the fields instead of to drawing.
    if (tool) this.tools[tool](event.detail === 0);
  }

  tools = {
    in: () => this.map.zoomIn(),
    out: () => this.map.zoomOut(),
    world: () => (form ? this.map.easeTo(this.world()) : this.showRecord()),
    box: (byKey) => (byKey ? this.type("box-west", true) : this.draw("box")),
    polygon: (byKey) => (byKey ? this.type("intersects") : this.draw("polygon")),
    load: () => this.type("intersects"),
    remove: () => this.send(() => fields.setBox(null)),
    items: () => this.toggleItems(),
    here: () => this.send(() => fields.setBox(viewBox(this.map))),
  };

  draw(mode) {
    if (this.drawing.mode === mode) return this.drawing.stop();
    this.list.close();
    this.drawing.start(mode);
    this.pressed(mode);
  }

  /** Open the fields of the area; a box starts from what the map shows. */
  type(id, withView = false) {
    document.getElementById("type-area").open = true;
    if (withView && !fields.boxValues()) fields.setBox(viewBox(this.map));
    const field = document.getElementById(id);
    field.focus();
    field.scrollIntoView({ block: "nearest" });
  }

  async load(input) {
    const text = (await input.files[0]?.text()) ?? "";
    const compact = text.trim().startsWith("{") ? text.replace(/\s+/g, " ") : text.trim();
    if (!compact) return;
    this.send(() => fields.setOutline(compact));
    this.fit(fields.shapes());
  }

  leave() {
    if (here.contains(document.activeElement) && !this.drawing?.mode) {
      (document.querySelector("#type-area summary") ?? document.querySelector(".coords summary"))?.focus();
    }
  }

  /** A bar of a round length near 112 px, at the latitude of the middle. */
  scale() {
    const bar = here.querySelector(".scalebar");
    const metresPerPixel =
      (40_075_017 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
    const most = 112 * metresPerPixel;
    const power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map((step) => step * power).find((step) => step <= most);
    const width = Math.round(length / metresPerPixel);
    const words = length >= 1000 ? `${number(length / 1000)} km` : `${number(length)} m`;
    const quarter = width / 4;
    bar.innerHTML = `<svg width="${width}" height="6"><path class="m-off" d="M.5.5h${width - 1}v5H.5z"/><path class="m-on" d="M0 0h${quarter}v6H0zM${2 * quarter} 0h${quarter}v6H${2 * quarter}z"/></svg>${words}`;
  }
}

if (here) {
  mount(
    here,
    (library) => new CatalogueMap(library),
    gettext("This browser cannot draw the map, for example because WebGL is off. The lists and fields tell the same."),
  );
}
