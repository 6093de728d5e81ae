// Drawing a box by dragging and a polygon by clicking; Escape gives up, Enter closes a polygon.
import { gettext } from "../language.js";
import { collection, polygonText, wrapped } from "./area.js";

const line = (coordinates) => ({ type: "LineString", coordinates });

/** One drawing at a time. `show` draws what is begun, `say` tells what to do next, `done` takes the result. */
export class Drawing {
  constructor(map, { show, say, done, ended }) {
    Object.assign(this, { map, show, say, done, ended, mode: null, corners: [] });
    map.on("mousedown", (event) => this.press(event));
    map.on("mousemove", (event) => this.move(event));
    map.on("mouseup", (event) => this.release(event));
    map.on("touchstart", (event) => event.points.length === 1 && this.press(event));
    map.on("touchmove", (event) => this.move(event));
    map.on("touchend", (event) => this.release(event));
    map.on("click", (event) => this.click(event));
    map.on("dblclick", (event) => this.mode === "polygon" && (event.preventDefault(), this.close()));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  start(mode) {
    this.stop();
    this.mode = mode;
    this.map.getCanvas().classList.add("drawing");
    this.map.doubleClickZoom.disable();
    this.say(
      mode === "box"
        ? gettext("Drag a box over the map. Escape gives up.")
        : gettext("Click each corner; double-click or Enter closes. Escape gives up."),
    );
  }

  stop() {
    const was = this.mode;
    this.mode = null;
    this.corners = [];
    this.map.getCanvas().classList.remove("drawing");
    this.map.dragPan.enable();
    // At once, the double click that closed a polygon would zoom.
    setTimeout(() => this.map.doubleClickZoom.enable(), 0);
    if (was) {
      this.say("");
      this.show(null);
      this.ended();
    }
  }

  press(event) {
    if (this.mode !== "box") return;
    event.preventDefault();
    this.map.dragPan.disable();
    this.corners = [event.lngLat.toArray()];
  }

  move(event) {
    if (!this.corners.length) return;
    const here = event.lngLat.toArray();
    if (this.mode === "box") this.show(collection([line(this.ring(here))]));
    else this.show(collection([line([...this.corners, here])]));
  }

  release(event) {
    if (this.mode !== "box" || !this.corners.length) return;
    const [[a, b], [c, d]] = [this.corners[0], event.lngLat.toArray()];
    this.stop();
    const [west, east] = [Math.min(a, c), Math.max(a, c)];
    // A press without a drag is no box.
    if (east - west < 1e-6 || Math.abs(d - b) < 1e-6) return;
    const whole = east - west >= 360;
    this.done.box([
      whole ? -180 : wrapped(west),
      Math.min(b, d),
      whole ? 180 : wrapped(east),
      Math.max(b, d),
    ]);
  }

  ring([lon, lat]) {
    const [west, south] = this.corners[0];
    return [
      [west, south],
      [lon, south],
      [lon, lat],
      [west, lat],
      [west, south],
    ];
  }

  click(event) {
    if (this.mode !== "polygon") return;
    this.corners.push(event.lngLat.toArray());
    this.show(
      collection([line(this.corners.length > 1 ? this.corners : [this.corners[0], this.corners[0]])]),
    );
  }

  close() {
    // A double click has left its place twice.
    const corners = this.corners.filter(
      ([x, y], i, all) => !i || Math.abs(x - all[i - 1][0]) + Math.abs(y - all[i - 1][1]) > 1e-9,
    );
    this.stop();
    if (corners.length > 2) this.done.polygon(polygonText(corners));
  }

  key(event) {
    if (!this.mode) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.stop();
    }
    if (event.key === "Enter" && this.mode === "polygon") this.close();
    if (event.key === "Backspace" && this.mode === "polygon") this.corners.pop();
  }
}
