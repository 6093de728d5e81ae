// Maps start late, and in some browsers never.

/**
 * Start a map when its place comes into sight: the library is large. Where it does not start, the hint of the map
 * says `instead`, what else tells the same.
 */
export function mount(place, start, instead) {
  new IntersectionObserver(
    async (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      try {
        start(await import("/static/vendor/maplibre-gl.mjs"));
      } catch (error) {
        console.warn("The map could not start.", error);
        place.dataset.ready = "none";
        place.querySelector(".map-hint").textContent = instead;
      }
    },
    { rootMargin: "200px" },
  ).observe(place);
}
