// The reader's own area: read from the form's fields, written into them, drawn on the map.

/** Longitude between -180 and 180. */
export function wrapped(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

const round = (value) => Number(value.toFixed(4));

/** A ring of a box; a box across the antimeridian runs on past 180 degrees. */
function boxRing([west, south, east, north]) {
  const end = west > east ? east + 360 : east;
  return [
    [west, south],
    [end, south],
    [end, north],
    [west, north],
    [west, south],
  ];
}

/** The rings of a WKT polygon or multipolygon as GeoJSON, or null where the text is something else. */
function fromWkt(text) {
  const rings = (body) =>
    [...body.matchAll(/\(([^()]+)\)/g)].map((ring) =>
      ring[1].split(",").map((pair) => pair.trim().split(/\s+/).slice(0, 2).map(Number)),
    );
  const kind = text.trim().match(/^(?:SRID=4326;)?\s*(MULTI)?POLYGON\s*Z?\s*\(/i);
  const found = kind ? rings(text) : [];
  if (!found.length || found.flat(2).some(Number.isNaN)) return null;
  return kind[1]
    ? { type: "MultiPolygon", coordinates: found.map((ring) => [ring]) }
    : { type: "Polygon", coordinates: found };
}

function fromText(text) {
  if (!text.trim().startsWith("{")) return fromWkt(text);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The form's fields of an area; the map writes nothing else. */
export class Fields {
  constructor(form) {
    this.form = form;
  }

  get box() {
    return [...this.form.querySelectorAll("input[name=bbox]")];
  }

  get outline() {
    return this.form.querySelector("[name=intersects]");
  }

  /** West, south, east, north, or null while a side is missing. */
  boxValues() {
    const values = this.box.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
    return values.length === 4 && values.every(Number.isFinite) ? values : null;
  }

  /** The area as GeoJSON geometries. */
  shapes() {
    const box = this.boxValues();
    const outline = this.outline.value.trim() && fromText(this.outline.value);
    const shapes = box ? [{ type: "Polygon", coordinates: [boxRing(box)] }] : [];
    if (outline?.type === "FeatureCollection")
      shapes.push(...(outline.features ?? []).map((feature) => feature.geometry));
    else if (outline?.type === "Feature") shapes.push(outline.geometry);
    else if (outline) shapes.push(outline);
    return shapes.filter((shape) => shape?.coordinates);
  }

  setBox(values) {
    this.outline.value = "";
    this.box.forEach((field, side) => (field.value = values ? String(round(values[side])) : ""));
  }

  setOutline(text) {
    this.setBox(null);
    this.outline.value = text;
  }

  send() {
    this.form.requestSubmit();
  }
}

/** The box that a map shows: the whole world once it is wider than that. */
export function viewBox(map) {
  const bounds = map.getBounds();
  const [south, north] = [Math.max(-90, bounds.getSouth()), Math.min(90, bounds.getNorth())];
  if (bounds.getEast() - bounds.getWest() >= 360) return [-180, south, 180, north];
  return [wrapped(bounds.getWest()), south, wrapped(bounds.getEast()), north];
}

/** A polygon as WKT; longitudes as drawn, which may run past 180 degrees. */
export function polygonText(corners) {
  const ring = [...corners, corners[0]].map(([lon, lat]) => `${round(lon)} ${round(lat)}`);
  return `POLYGON((${ring.join(", ")}))`;
}

/** A box as WKT. */
export function boxText(box) {
  return `POLYGON((${boxRing(box)
    .map(([lon, lat]) => `${lon} ${lat}`)
    .join(", ")}))`;
}

/** All positions of shapes, to see how far they reach. */
export function positions(shapes) {
  const flat = (part) => (typeof part[0] === "number" ? [part] : part.flatMap(flat));
  return shapes.flatMap((shape) => flat(shape.coordinates));
}

/** Shapes as the data of a GeoJSON source. */
export function collection(shapes) {
  return {
    type: "FeatureCollection",
    features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
  };
}
