// Items as layers of a map: cells with counts from afar, outlines by split from near by, notes where too many
// lie on one another.

import { gettext } from "./language.js";

const SPLITS = ["train", "validate", "test", "other"];
const TOKENS = {
  train: "cat-1",
  validate: "cat-5",
  test: "cat-2",
  other: "cat-0",
  plain: "density-4",
  ink: "ink",
  sheet: "sheet",
};
const LETTERING = ["Archivo", "Noto Sans", "sans-serif"];
// Colour is never alone: each split has a dash of its own.
const DASHES = { train: null, validate: [4, 2], test: [1.2, 1.2], other: [8, 2, 1, 2] };
const SOURCE = "items";

/** The colours of the scheme in force. */
function inks(place) {
  const probe = document.createElement("span");
  probe.hidden = true;
  place.append(probe);
  const found = {};
  for (const [name, token] of Object.entries(TOKENS)) {
    probe.style.color = `var(--${token})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

const count = (split) => ["coalesce", ["get", split], 0];
const sum = (splits) => (splits.length ? ["+", 0, ...splits.map(count)] : 0);

/** The colour of the commonest of the splits shown. */
function commonest(ink, splits) {
  const cases = splits.flatMap((split) => [
    ["all", ...splits.map((other) => [">=", count(split), count(other)])],
    ink[split],
  ]);
  return cases.length ? ["case", ...cases, ink.other] : ink.other;
}

function layers(ink, { splits, hasSplits }) {
  const colour = hasSplits
    ? ["match", ["get", "split"], ...SPLITS.slice(0, 3).flatMap((split) => [split, ink[split]]), ink.other]
    : ink.plain;
  const isShown = ["in", ["get", "split"], ["literal", splits]];
  const isPoint = ["==", ["geometry-type"], "Point"];
  const shown = sum(splits);
  const common = { source: SOURCE };
  const [before, behind] = gettext("%(n)s items lie here", { n: "\n" }).split("\n");
  const edges = SPLITS.map((split) => ({
    id: `items-edge-${split}`,
    type: "line",
    ...common,
    "source-layer": "footprints",
    filter: ["all", ["!", isPoint], isShown, ["==", ["get", "split"], split]],
    paint: {
      "line-color": colour,
      "line-width": 1.4,
      ...(hasSplits && DASHES[split] && { "line-dasharray": DASHES[split] }),
    },
  }));
  return [
    {
      id: "items-cells",
      type: "fill",
      ...common,
      "source-layer": "cells",
      filter: [">", shown, 0],
      paint: {
        "fill-color": hasSplits ? commonest(ink, splits) : ink.plain,
        "fill-opacity": ["interpolate", ["linear"], ["log10", ["max", 1, shown]], 0, 0.45, 1, 0.65, 3, 0.95],
        "fill-antialias": false,
      },
    },
    {
      id: "items-area",
      type: "fill",
      ...common,
      "source-layer": "footprints",
      filter: ["all", ["!", isPoint], isShown],
      paint: { "fill-color": colour, "fill-opacity": 0.16 },
    },
    ...edges,
    {
      id: "items-point",
      type: "circle",
      ...common,
      "source-layer": "footprints",
      filter: ["all", isPoint, isShown],
      paint: {
        "circle-color": colour,
        "circle-radius": 5,
        "circle-stroke-color": ink.sheet,
        "circle-stroke-width": 1,
      },
    },
    {
      id: "items-crowd",
      type: "symbol",
      ...common,
      "source-layer": "tile",
      // Where a tile lies inside outlines that are too many to draw, no cell may tell of them.
      filter: ["all", ["==", ["get", "why"], "crowded"], [">", ["coalesce", ["get", "touching"], 0], 0]],
      layout: {
        "text-field": ["concat", before, ["to-string", ["get", "touching"]], behind],
        "text-font": LETTERING,
        "text-size": 12,
      },
      paint: { "text-color": ink.ink, "text-halo-color": ink.sheet, "text-halo-width": 1.5 },
    },
  ];
}

/**
 * Show items on a map whose style is loaded; they outlive a change of its style.
 *
 * @param map a MapLibre map
 * @param options.query parameters of /tiles/items, for example "collection=eurosat" or "datasets=task%3Dcounting"
 * @param options.splits the splits shown: train, validate, test, other; all unless said otherwise
 * @param options.hasSplits whether colours tell splits apart
 * @param options.before id of the layer beneath which items lie; on top unless said otherwise
 * @returns {{set(options), remove(), at(point, reach)}} `set` changes any of the options, `at` lists features
 */
export function showItems(map, options = {}) {
  const held = { query: "", splits: SPLITS, hasSplits: true, before: undefined, ...options };
  const address = () =>
    `${location.origin}/tiles/items/{z}/{x}/{y}.mvt${held.query && `?${held.query}`}`;
  let ids = [];

  function clear() {
    for (const id of ids) if (map.getLayer(id)) map.removeLayer(id);
    ids = [];
  }

  function leave() {
    clear();
    if (map.getSource(SOURCE)) map.removeSource(SOURCE);
  }

  function draw() {
    clear();
    if (!map.getSource(SOURCE)) {
      map.addSource(SOURCE, { type: "vector", tiles: [address()], minzoom: 0, maxzoom: 22 });
    }
    for (const layer of layers(inks(map.getContainer()), held)) {
      map.addLayer(layer, held.before && map.getLayer(held.before) ? held.before : undefined);
      ids.push(layer.id);
    }
  }

  // Another style takes all sources and layers away.
  map.on("style.load", draw);
  if (map.isStyleLoaded() || map.loaded()) draw();
  else map.once("load", () => ids.length || draw());
  return {
    set(changes) {
      const before = address();
      Object.assign(held, changes);
      // A source told of other tiles while its layers change would show the old ones again: a new one starts.
      if (address() !== before) leave();
      draw();
    },
    remove() {
      map.off("style.load", draw);
      leave();
    },
    at(point, reach = 3) {
      const box = [
        [point.x - reach, point.y - reach],
        [point.x + reach, point.y + reach],
      ];
      return ids.length ? map.queryRenderedFeatures(box, { layers: ids.filter((id) => map.getLayer(id)) }) : [];
    },
  };
}
