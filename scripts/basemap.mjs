// Unpacks the Natural Earth topologies of `world-atlas` into GeoJSON, one feature a line, on standard output
// as {"<file name>": FeatureCollection}; scripts/basemap.py repairs and writes them.
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";

const MAPS = {
  "world-110m.json": ["countries-110m.json", "countries"],
  "countries-50m.json": ["countries-50m.json", "countries"],
  "land-110m.json": ["land-110m.json", "land"],
  "land-50m.json": ["land-50m.json", "land"],
};

function unpack([file, object]) {
  const topology = JSON.parse(readFileSync(`node_modules/world-atlas/${file}`, "utf8"));
  return feature(topology, topology.objects[object]);
}

const maps = Object.entries(MAPS).map(([name, source]) => [name, unpack(source)]);
process.stdout.write(JSON.stringify(Object.fromEntries(maps)));
