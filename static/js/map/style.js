// The map's inks: the same tokens as the page, resolved for the scheme in force.

const TOKENS = ["sea", "land", "border-geo", "hair", "ink", "hydro", "on-hydro", "chart", "sheet"];
const LETTERING = ["Archivo", "Noto Sans", "sans-serif"];

/** The colours of the scheme in force; a probe resolves light-dark(), which a custom property keeps as text. */
export function inks(place) {
  const probe = document.createElement("span");
  probe.hidden = true;
  place.append(probe);
  const found = {};
  for (const token of TOKENS) {
    probe.style.color = `var(--${token})`;
    found[token] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

/** Meridians and parallels every 30 degrees. */
function graticule() {
  const lines = [];
  for (let lon = -180; lon <= 180; lon += 30)
    lines.push([
      [lon, -85],
      [lon, 85],
    ]);
  for (let lat = -60; lat <= 60; lat += 30)
    lines.push([
      [-180, lat],
      [180, lat],
    ]);
  return { type: "MultiLineString", coordinates: lines };
}

const EMPTY = { type: "FeatureCollection", features: [] };
const byCount = (...stops) => ["interpolate", ["linear"], ["log10", ["get", "n"]], ...stops];

function ground(ink) {
  const land = (source, from, to) => [
    {
      id: `${source}-land`,
      type: "fill",
      source,
      minzoom: from,
      maxzoom: to,
      paint: { "fill-color": ink.land },
    },
    {
      id: `${source}-borders`,
      type: "line",
      source,
      minzoom: from,
      maxzoom: to,
      paint: { "line-color": ink["border-geo"], "line-width": 0.8 },
    },
  ];
  return [
    { id: "sea", type: "background", paint: { "background-color": ink.sea } },
    {
      id: "graticule",
      type: "line",
      source: "graticule",
      paint: { "line-color": ink.hair, "line-width": 1 },
    },
    ...land("far", 0, 3),
    ...land("near", 3, 24),
  ];
}

function found(ink) {
  const datasets = { source: "datasets" };
  const several = [">", ["get", "n"], 1];
  return [
    {
      id: "outlines-area",
      type: "fill",
      ...datasets,
      "source-layer": "outlines",
      paint: { "fill-color": ink.hydro, "fill-opacity": byCount(0, 0.05, 2.5, 0.3) },
    },
    {
      id: "outlines",
      type: "line",
      ...datasets,
      "source-layer": "outlines",
      // From afar the dashes of a thousand islands would be all that is seen.
      paint: {
        "line-color": ink.hydro,
        "line-width": ["interpolate", ["linear"], ["zoom"], 1.5, 0.4, 4, 1.1],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 1, 0.25, 4, 0.8],
        "line-dasharray": [3, 2],
      },
    },
    {
      id: "footprints",
      type: "fill",
      ...datasets,
      "source-layer": "footprints",
      paint: { "fill-color": ink.hydro, "fill-opacity": 0.2 },
    },
    {
      id: "footprints-edge",
      type: "line",
      ...datasets,
      "source-layer": "footprints",
      paint: { "line-color": ink.hydro, "line-width": 1.25 },
    },
    {
      id: "points",
      type: "circle",
      ...datasets,
      "source-layer": "points",
      paint: {
        "circle-color": ink.hydro,
        "circle-stroke-color": ink.sheet,
        "circle-stroke-width": 1,
        "circle-radius": ["case", several, byCount(0.3, 9, 1, 13, 2, 18, 3, 24), 5],
      },
    },
    {
      id: "counts",
      type: "symbol",
      ...datasets,
      "source-layer": "points",
      filter: several,
      layout: {
        "text-field": ["to-string", ["get", "n"]],
        "text-font": LETTERING,
        "text-size": byCount(0.3, 11, 2, 13),
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ink["on-hydro"] },
    },
  ];
}

/** Layers of shapes handed over as GeoJSON; a country that stands in for unknown places is dashed and pale. */
function shapes(ink, source, dash, opacity) {
  const outline = ["==", ["get", "kind"], "outline"];
  const drawn = ["!=", ["geometry-type"], "Point"];
  const edge = (id, filter, dashes) => ({
    id,
    type: "line",
    source,
    filter: ["all", drawn, filter],
    paint: { "line-color": ink.chart, "line-width": 1.75, ...(dashes && { "line-dasharray": dashes }) },
  });
  return [
    {
      id: `${source}-area`,
      type: "fill",
      source,
      filter: drawn,
      paint: { "fill-color": ink.chart, "fill-opacity": ["case", outline, opacity / 3, opacity] },
    },
    edge(`${source}-edge`, ["!", outline], dash),
    edge(`${source}-stand-in`, outline, [3, 2]),
    {
      id: `${source}-point`,
      type: "circle",
      source,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": ink.chart,
        "circle-radius": 6,
        "circle-stroke-color": ink.sheet,
        "circle-stroke-width": 1.5,
      },
    },
  ];
}

/** The whole style. `tiles` is the address of the datasets' tiles, or null where the map shows one record only. */
export function style(ink, { far, near, tiles, lit, own }) {
  const sources = {
    graticule: { type: "geojson", data: graticule() },
    far: { type: "geojson", data: far },
    near: { type: "geojson", data: near, maxzoom: 8 },
    lit: { type: "geojson", data: lit ?? EMPTY },
    own: { type: "geojson", data: own ?? EMPTY },
  };
  if (tiles) sources.datasets = { type: "vector", tiles: [tiles], maxzoom: 14 };
  return {
    version: 8,
    sources,
    layers: [
      ...ground(ink),
      ...(tiles ? found(ink) : []),
      // On the map of one record nothing is selected: its areas are drawn as footprints.
      ...shapes(tiles ? ink : { ...ink, chart: ink.hydro }, "lit", null, 0.3),
      ...shapes(ink, "own", [7, 3], 0.06),
    ],
  };
}
