// What lies at a place of the map, as a list that can be read and followed.
import { element } from "../app.js";
import { gettext, ngettext, number } from "../language.js";
import { boxText, wrapped } from "./area.js";

const MOST_LISTED = 10;

/** The box around a point of the screen, `reach` pixels each way. */
function boxAround(map, point, reach) {
  const southWest = map.unproject([point.x - reach, point.y + reach]);
  const northEast = map.unproject([point.x + reach, point.y - reach]);
  return [
    wrapped(southWest.lng),
    Math.max(-90, southWest.lat),
    wrapped(northEast.lng),
    Math.min(90, northEast.lat),
  ];
}

/** Lists the datasets at a click, under every filter of the search, its area included. */
export class Here {
  constructor(map, panel, filters, light) {
    Object.assign(this, { map, panel, filters, light });
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** The search with the place as its box; the reader's own box goes on as an outline. */
  parameters(box) {
    const parameters = new URLSearchParams(this.filters());
    const own = parameters.get("bbox");
    if (own && !parameters.has("intersects")) parameters.set("intersects", boxText(own.split(",").map(Number)));
    parameters.set("bbox", box.map((value) => value.toFixed(5)).join(","));
    return parameters;
  }

  async open(point, reach, isCluster) {
    const parameters = this.parameters(boxAround(this.map, point, reach));
    const asked = new URLSearchParams([...parameters, ["limit", String(MOST_LISTED)], ["facets", "kind:1"]]);
    this.asked = asked;
    let found;
    try {
      const answer = await fetch(`/api/datasets?${asked}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      found = await answer.json();
    } catch {
      this.show([element("p", {}, gettext("The list of this place could not be fetched. Try again."))]);
      return;
    }
    if (this.asked === asked) this.list(found, parameters, point, isCluster);
  }

  list(found, parameters, point, isCluster) {
    const count = found.number_matched;
    if (!count) return this.close();
    const lines = found.datasets.map((card) => {
      const link = element("a", { href: `/datasets/${card.slug}` }, card.name);
      link.addEventListener("pointerenter", () => this.light(card.slug));
      link.addEventListener("focus", () => this.light(card.slug));
      return element("li", {}, link, ` ${card.year ?? ""}`);
    });
    const parts = [
      element("h3", { tabIndex: -1 }, ngettext("%(num)s dataset here", "%(num)s datasets here", count)),
      ...(parameters.has("intersects")
        ? [element("p", { className: "quiet" }, gettext("among those in your area"))]
        : []),
      element("ul", {}, ...lines),
    ];
    if (count > MOST_LISTED)
      parts.push(
        element("p", {}, element("a", { href: `/datasets?${parameters}` }, gettext("All %(n)s as a list", { n: number(count) }))),
      );
    if (isCluster) {
      const zoom = element("button", { type: "button" }, gettext("Zoom in here"));
      zoom.addEventListener("click", () => {
        this.close();
        this.map.easeTo({ center: this.map.unproject(point), zoom: this.map.getZoom() + 2 });
      });
      parts.push(zoom);
    }
    this.show(parts);
  }

  show(parts) {
    const close = element("button", { type: "button", className: "bare", title: gettext("Close") }, gettext("Close"));
    close.addEventListener("click", () => this.close());
    this.panel.replaceChildren(...parts, close);
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", gettext("Datasets at this place"));
    this.panel.hidden = false;
    this.panel.querySelector("h3")?.focus();
  }

  close() {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.light(null);
    if (held) this.map.getCanvas().focus();
  }
}
