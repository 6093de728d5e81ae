// What every page needs: favourites kept in this browser, copy buttons, the way back after a change of colours.

import { gettext } from "./language.js";

const FAVOURITES = "favourites";

// What the account keeps, and the token of its forms; null where nobody is signed in.
let account = null;

/** The favourite datasets, in the order they were starred: [{slug, name}]. */
export function favourites() {
  return account ? account.favourites : starredHere();
}

/** Those of this browser alone; broken storage counts as empty. */
function starredHere() {
  try {
    const kept = JSON.parse(localStorage.getItem(FAVOURITES) ?? "[]");
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry?.slug === "string") : [];
  } catch {
    return [];
  }
}

function keep(entries) {
  if (account) account.favourites = entries;
  else localStorage.setItem(FAVOURITES, JSON.stringify(entries));
  showFavourites(document);
}

/** Add a dataset to the favourites, or take it away; the account is told, and what it refuses is undone. */
export async function toggleFavourite(slug, name) {
  const kept = favourites();
  const without = kept.filter((entry) => entry.slug !== slug);
  const isKept = without.length < kept.length;
  keep(isKept ? without : [...kept, { slug, name }]);
  if (!account || (await send(isKept ? "drop" : "keep", [slug]))) return;
  keep(kept);
  say(gettext("The account did not take that. Try again."));
}

/** Send a form of favourites as the page of favourites would. */
async function send(action, slugs) {
  const body = new URLSearchParams(slugs.map((slug) => ["slug", slug]));
  const headers = { "X-Form-Token": account.form_token };
  const answer = await fetch(`/favourites/${action}`, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
  return answer?.type === "opaqueredirect";
}

/** Where a browser may be signed in, take the account's favourites; what was starred before moves there. */
async function meetAccount() {
  const told = await ask();
  if (!told) return;
  account = told;
  const before = starredHere().map(({ slug }) => slug);
  if (before.length && (await send("take-over", before))) {
    localStorage.removeItem(FAVOURITES);
    account = (await ask()) ?? account;
    if (location.pathname === "/favourites") location.reload();
  }
  showFavourites(document);
}

async function ask() {
  const answer = await fetch("/favourites/mine", { headers: { Accept: "application/json" } }).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  return told?.signed_in ? told : null;
}

/** Write the state of the favourites into the stars and counters below `root`. */
export function showFavourites(root) {
  const slugs = new Set(favourites().map((entry) => entry.slug));
  for (const star of root.querySelectorAll("[data-star]")) {
    star.setAttribute("aria-pressed", String(slugs.has(star.dataset.star)));
  }
  for (const counter of root.querySelectorAll("[data-favourites]")) {
    counter.textContent = slugs.size ? `, ${slugs.size}` : "";
  }
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.textContent);
  say(gettext("Copied: %(what)s", { what: button.dataset.what }));
}

/** A new element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Say what the reader's own act did; disappears after six seconds. */
export function say(words) {
  const toast = element("p", { className: "toast" });
  toast.setAttribute("role", "status");
  document.body.append(toast);
  // The text arrives after the region, or screen readers stay silent.
  requestAnimationFrame(() => (toast.textContent = words));
  setTimeout(() => toast.remove(), 6000);
}

document.addEventListener("click", (event) => {
  const star = event.target.closest("[data-star]");
  if (star) toggleFavourite(star.dataset.star, star.dataset.name);

  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy);

  const away = event.target.closest("[data-way-back]");
  if (away) {
    // htmx may have changed the address since the page was written.
    const address = new URL(away.href);
    address.searchParams.set("back", location.pathname + location.search);
    away.href = address.href;
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const box = document.querySelector("input[type=search]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (event.key === "Escape") document.querySelector("details.menu[open]")?.removeAttribute("open");
});

// Another tab may have changed them.
addEventListener("storage", (event) => event.key === FAVOURITES && showFavourites(document));
showFavourites(document);
if (document.body.hasAttribute("data-account")) meetAccount();
