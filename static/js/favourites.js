// The page of favourites without an account: the list from this browser, and its export as BibTeX or JSON.
import { element, favourites, say, toggleFavourite } from "./app.js";
import { gettext, number } from "./language.js";

const place = document.querySelector("[data-favourites-list]");

function line({ slug, name }) {
  const remove = element("button", { type: "button", className: "bare" }, gettext("Remove"));
  remove.append(element("span", { className: "hidden-label" }, ` ${name}`));
  remove.addEventListener("click", () => {
    toggleFavourite(slug, name);
    draw();
    place.querySelector("button, a")?.focus();
  });
  return element("li", {}, element("a", { href: `/datasets/${encodeURIComponent(slug)}` }, name), remove);
}

async function fetched(address, type) {
  const answer = await fetch(address, { headers: { Accept: type } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Fetch one file per favourite and save them together; one that fails is named, the others are kept. */
async function saveAll(path, type, name, join) {
  const results = await Promise.allSettled(
    favourites().map(({ slug }) => fetched(path(encodeURIComponent(slug)), type)),
  );
  const texts = results.filter((one) => one.status === "fulfilled").map((one) => one.value);
  save(name, type, join(texts));
  const failed = results.length - texts.length;
  const n = number(texts.length);
  if (failed) say(gettext("Saved %(n)s; %(failed)s could not be fetched.", { n, failed: number(failed) }));
  else say(gettext("Saved %(n)s datasets.", { n }));
}

function exportButton(words, act) {
  const button = element("button", { type: "button" }, words);
  button.addEventListener("click", act);
  return button;
}

function draw() {
  const kept = favourites();
  if (!kept.length) {
    const words = element("p", { className: "prose" }, `${gettext("None yet. Press the star beside a dataset.")} `);
    words.append(element("a", { href: "/datasets" }, gettext("Search datasets")));
    place.replaceChildren(words);
    return;
  }
  const bibtex = () =>
    saveAll(
      (slug) => `/datasets/${slug}.bib`,
      "application/x-bibtex",
      "favourites.bib",
      (texts) => texts.join("\n"),
    );
  const json = () =>
    saveAll(
      (slug) => `/api/datasets/${slug}`,
      "application/json",
      "favourites.json",
      (texts) => `[${texts.join(",\n")}]\n`,
    );
  place.replaceChildren(
    element(
      "div",
      { className: "bar" },
      exportButton(gettext("Export as BibTeX"), bibtex),
      exportButton(gettext("Export as JSON"), json),
    ),
    element("ul", { className: "favourites" }, ...kept.map(line)),
  );
}

if (place) draw();
