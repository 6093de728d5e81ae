// What lies behind pictures at the pixel that a reader points at: values of a tile, and what a colour stands for.

import { gettext } from "./language.js";

const MINUS = "\u2212";
const decimalComma = document.documentElement.lang.startsWith("de");
const arrays = new Map();
const drawn = new Map();

/** The values behind a picture [channel, row, column], loaded once; null where there are too many. */
function valuesOf(key) {
  const address = key.dataset.values;
  if (!address) return Promise.resolve(null);
  if (!arrays.has(address)) {
    const loading = fetch(address).then(async (answer) =>
      answer.ok ? new Float32Array(await answer.arrayBuffer()) : null,
    );
    arrays.set(
      address,
      loading.catch(() => arrays.delete(address) && null),
    );
  }
  return arrays.get(address);
}

/** A value as the pages write it, or the name of its class. */
export function written(value, unit, names) {
  if (!Number.isFinite(value)) return gettext("no data");
  if (names) return names[value] ?? String(value);
  const size = Math.abs(value);
  const text = value.toFixed(size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3).replace("-", MINUS);
  return (decimalComma ? text.replace(".", ",") : text) + (unit ? `\u00a0${unit}` : "");
}

/** Tell the values of one picture at a pixel of the tile; a coarser picture has fewer pixels. */
export async function tell(key, row, column, { rows, columns }) {
  const values = await valuesOf(key);
  const cells = key.querySelectorAll(".readout dd");
  if (!values || !key.isConnected) return;
  const [high, wide] = [Number(key.dataset.rows), Number(key.dataset.columns)];
  const at = Math.floor((row * high) / rows) * wide + Math.floor((column * wide) / columns);
  const named = key.querySelector("script");
  const names = named ? JSON.parse(named.textContent) : null;
  const unit = key.querySelector(".readout").dataset.unit;
  cells.forEach((cell, channel) => (cell.textContent = written(values[channel * high * wide + at], unit, names)));
}

/** Put the mark of a pixel over a picture. */
export function mark(cross, row, column, { rows, columns }) {
  cross.hidden = false;
  cross.style.setProperty("--row", row / rows);
  cross.style.setProperty("--column", column / columns);
  cross.style.setProperty("--high", 1 / rows);
  cross.style.setProperty("--wide", 1 / columns);
}

/** The colours of a picture as the browser drew it: four numbers a pixel. */
function coloursOf(image) {
  if (!drawn.has(image.src)) {
    const loading = image.decode().then(() => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, canvas.width, canvas.height);
    });
    drawn.set(
      image.src,
      loading.catch(() => drawn.delete(image.src) && null),
    );
  }
  return drawn.get(image.src);
}

function distance(colour, code) {
  const number = parseInt(code.slice(1), 16);
  const parts = [number >> 16, (number >> 8) & 255, number & 255];
  return parts.reduce((sum, part, place) => sum + (part - colour[place]) ** 2, 0);
}

function nearest(colour, codes) {
  const far = codes.map((code) => distance(colour, code));
  return far.indexOf(Math.min(...far));
}

/** What the colour of a picture stands for at a pixel: a class, or about where it lies on the ramp of its key. */
export async function toldBy(image, key, row, column, { rows, columns }) {
  const picture = await coloursOf(image);
  if (!picture || !key.isConnected) return "";
  const x = Math.floor((column * picture.width) / columns);
  const y = Math.floor((row * picture.height) / rows);
  const colour = picture.data.subarray(4 * (y * picture.width + x), 4 * (y * picture.width + x) + 4);
  if (!colour[3]) return gettext("no data");
  const classes = [...key.querySelectorAll("[data-class]")];
  if (classes.length) {
    const codes = classes.map((one) => one.querySelector("rect").getAttribute("fill"));
    return classes[nearest(colour, codes)].dataset.class;
  }
  const ramp = key.querySelector("[data-low]");
  if (!ramp) return "";
  const codes = [...ramp.querySelectorAll("rect")].map((one) => one.getAttribute("fill"));
  const [low, high] = [Number(ramp.dataset.low), Number(ramp.dataset.high)];
  const share = nearest(colour, codes) / (codes.length - 1);
  return `≈\u00a0${written(low + share * (high - low), ramp.dataset.unit)}`;
}
