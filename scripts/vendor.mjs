// Copies the named files of the npm packages into static/vendor/, with the licence of each.
// Nothing is bundled: what a browser loads is the file its authors published.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const FILES = {
  "htmx.org": { "dist/htmx.min.js": "htmx.min.js" },
  "maplibre-gl": {
    "dist/maplibre-gl.css": "maplibre-gl.css",
    "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
  },
  "@fontsource-variable/archivo": {
    "files/archivo-latin-standard-normal.woff2": "archivo-latin-standard-normal.woff2",
    "files/archivo-latin-ext-standard-normal.woff2": "archivo-latin-ext-standard-normal.woff2",
  },
  "@fontsource/ibm-plex-mono": {
    "files/ibm-plex-mono-latin-400-normal.woff2": "ibm-plex-mono-latin-400-normal.woff2",
  },
  "world-atlas": {},
};
const TARGET = "static/vendor";

function copy(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}

for (const [name, files] of Object.entries(FILES)) {
  const folder = join("node_modules", name);
  for (const [source, target] of Object.entries(files)) {
    copy(join(folder, source), join(TARGET, target));
  }
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  copy(join(folder, licence), join(TARGET, "licences", `${name.replace("@", "").replace("/", "-")}.txt`));
}
console.log(`Copied the files of ${Object.keys(FILES).length} packages into ${TARGET}.`);
