// The form of a suggestion: saves by itself, keeps in this browser what could not be saved, completes words.

import { element } from "./app.js";
import { combobox } from "./combobox.js";

const SAVE_MS = 2000;
const KEEP_MS = 400;
const AGAIN_MS = 20_000;
const OLDEST_MS = 30 * 24 * 3600 * 1000;
const CONTROLS = new Set(["form_token", "lock", "seen", "step", "take", "record", "note", "you", "email"]);

const form = document.querySelector("form[data-suggest]");
const words = form.dataset;
const status = document.getElementById("saved");

// ---------- texts of the form by name ----------

/** The texts of every input by its name; files and what is no fact are left out. */
function read() {
  const texts = {};
  for (const input of form.elements) {
    if (!input.name || CONTROLS.has(input.name) || input.type === "file") continue;
    if (input.name.startsWith("footprint.")) continue;
    texts[input.name] ??= [];
    const counts = input.type !== "checkbox" && input.type !== "radio" ? true : input.checked;
    if (counts && input.value.trim()) texts[input.name].push(input.value);
  }
  return texts;
}

/** Write texts into the inputs of one name. */
function write(name, texts) {
  const wanted = new Set(texts);
  for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = wanted.has(input.value);
    else if (input.type !== "hidden") input.value = texts[0] ?? "";
  }
}

const bare = (texts) => JSON.stringify((texts ?? []).map((text) => text.replace(/\s+/g, "")).filter(Boolean).sort());
const isSame = (one, other) => bare(one) === bare(other);

// ---------- kept in this browser ----------

const place = () => `draft:${words.revision || `new:${words.dataset}`}`;

/** Keep what was typed since the draft was saved last. */
function keep(isSent = false) {
  const typed = Object.entries(read()).filter(([name, texts]) => !isSame(texts, base[name]));
  const entry = { when: Date.now(), lock: words.lock, isSent, texts: Object.fromEntries(typed) };
  try {
    localStorage.setItem(place(), JSON.stringify(entry));
  } catch {
    // Storage is full or switched off: saving goes on without it.
  }
}

function kept(key = place()) {
  try {
    const entry = JSON.parse(localStorage.getItem(key) ?? "null");
    return entry && Date.now() - entry.when < OLDEST_MS ? entry : null;
  } catch {
    return null;
  }
}

const forget = (key = place()) => localStorage.removeItem(key);

/** Offer what an earlier visit typed and could not save. */
function offer() {
  const begun = `draft:new:${words.dataset}`;
  if (words.revision && kept(begun)?.isSent) forget(begun);
  const entry = kept();
  if (!entry) return;
  const now = read();
  const differs = Object.entries(entry.texts).filter(([name, texts]) => name in now && !isSame(texts, now[name]));
  if (!differs.length || (entry.isSent && entry.lock !== words.lock)) return forget();
  const notice = document.getElementById("kept");
  notice.querySelector("[data-when]").textContent = new Date(entry.when).toLocaleString();
  notice.hidden = false;
  notice.querySelector("[data-restore]").addEventListener("click", () => {
    differs.forEach(([name, texts]) => write(name, texts));
    notice.hidden = true;
    for (const draw of redraws) draw();
    changed();
    form.querySelector(`[name="${CSS.escape(differs[0][0])}"]:not([type=hidden])`)?.focus();
  });
  notice.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    notice.hidden = true;
  });
}

// ---------- saving ----------

let base = read();
let isDirty = false;
let isSaving = false;
let timer = 0;
let keeping = 0;

function say(text, isTrouble = false) {
  status.classList.toggle("trouble", isTrouble);
  status.replaceChildren(text);
}

function changed() {
  isDirty = true;
  clearTimeout(timer);
  clearTimeout(keeping);
  timer = setTimeout(save, SAVE_MS);
  keeping = setTimeout(keep, KEEP_MS);
  if (!status.classList.contains("trouble")) say(words.unsaved);
}

async function save() {
  if (isSaving || !isDirty) return;
  isSaving = true;
  isDirty = false;
  const sent = read();
  const body = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
  say(words.saving);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) take(told, sent);
    else refuse(answer.status, told);
  } catch {
    isDirty = true;
    keep();
    say(words.offline, true);
    timer = setTimeout(save, AGAIN_MS);
  }
  isSaving = false;
  if (isDirty && !status.classList.contains("trouble")) timer = setTimeout(save, SAVE_MS);
}

/** Take over what the service says about the draft it has just kept. */
function take(told, sent) {
  if (!isDirty) forget();
  if (!words.revision) {
    words.revision = told.id;
    form.action = `/suggest/${told.id}`;
    history.replaceState(history.state, "", form.action);
  }
  words.lock = told.lock;
  form.elements.lock.value = told.lock;
  form.elements.seen.value = told.seen;
  bring(told.values, sent);
  tell(told);
  const moment = element("time", { dateTime: told.saved });
  moment.textContent = new Date(told.saved).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  say("");
  status.append(`${words.saved} `, moment);
}

/** Show what another tab has changed in inputs that were not touched here. */
function bring(values, sent) {
  const now = read();
  for (const [name, texts] of Object.entries(values)) {
    const untouched = isSame(sent[name], base[name]) && isSame(now[name], base[name]);
    const isInUse = document.activeElement?.name === name;
    if (name in now && untouched && !isInUse && !isSame(texts, now[name])) write(name, texts);
  }
  base = { ...sent, ...Object.fromEntries(Object.entries(values).filter(([name]) => isSame(sent[name], base[name]))) };
  for (const draw of redraws) draw();
}

/** Faults at their fields, progress in the rail, what is missing in the margin. */
function tell(told) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const line = field.querySelector(":scope > [data-error]");
    const input = document.getElementById(line.id.replace(/-error$/, ""));
    const text = told.errors[input.id] ?? "";
    field.classList.toggle("wrong", Boolean(text));
    line.hidden = !text;
    line.querySelector("span").textContent = text;
    input.toggleAttribute("aria-invalid", Boolean(text));
    if (text) input.setAttribute("aria-invalid", "true");
    const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== line.id);
    input.setAttribute("aria-describedby", [...others, ...(text ? [line.id] : [])].join(" "));
    if (!input.getAttribute("aria-describedby")) input.removeAttribute("aria-describedby");
  }
  swap("rail", told.rail);
  swap("margin", told.margin);
  // Read out only where it says something new: somebody else may have begun meanwhile.
  const fresh = element("template", { innerHTML: told.notices }).content.textContent.trim();
  if (document.getElementById("notices").textContent.trim() !== fresh) swap("notices", told.notices);
  form.querySelector("[data-score]").textContent = told.score_text;
  follow();
}

/** Replace a part of the page; what has the focus keeps it where there is still something like it. */
function swap(id, html) {
  const part = document.getElementById(id);
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.innerHTML = html;
  if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

function refuse(code, told) {
  keep();
  if (code === 412) {
    const both = element("button", { type: "button", textContent: words.both });
    both.addEventListener("click", () => form.requestSubmit(form.querySelector("button[value=save]")));
    say(`${words.other} `, true);
    status.append(both);
    return;
  }
  say(`${words.refused} ${told.description ?? ""}`, true);
}

// ---------- sources ----------

/** A changed value has another source than the one recorded for the old value. */
function followSource(field) {
  const from = field?.querySelector("select[name^='from:']");
  const recorded = from?.querySelector("option[value=kept]");
  if (!recorded) return;
  const path = field.dataset.field;
  const names = Object.keys(base).filter((name) => name === path || name.startsWith(`${path}.`));
  const now = read();
  const isBack = names.every((name) => isSame(now[name], first[name]));
  if (isBack && recorded.defaultSelected) from.value = "kept";
  else if (from.value === "kept") from.value = "suggestion";
  tellSource(field);
}

function tellSource(field) {
  const [from, state] = ["from:", "state:"].map((start) => field.querySelector(`select[name^='${start}']`));
  const reference = field.querySelector("input[name^='ref:']").value.trim();
  const chosen = (state.value ? state : from).selectedOptions[0].textContent;
  field.querySelector("[data-origin]").textContent =
    !state.value && from.value && from.value !== "kept" && reference ? `${chosen}, ${reference}` : chosen;
}

const first = read();

// ---------- lists ----------

const redraws = [];
let boxes = 0;
const spoken = { nothing: words.nothing, found: words.found };

function addBox(before, label) {
  boxes += 1;
  const input = element("input", { type: "text", id: `adding-${boxes}` });
  input.dataset.adds = "";
  const holder = element("div", { className: "adding" });
  const named = element("label", { className: "hidden-label", textContent: label, htmlFor: input.id });
  holder.append(named, input);
  before.before(holder);
  input.placeholder = label;
  return input;
}

for (const part of form.querySelectorAll("[data-picks]")) {
  const chosen = part.querySelector(".chosen");
  const rest = part.querySelector(".rest");
  const order = [...part.querySelectorAll("label")];
  const sort = () => {
    for (const label of order) (label.querySelector("input").checked ? chosen : rest).append(label);
  };
  const input = addBox(part.querySelector(".all"), part.dataset.label);
  combobox(input, {
    vocabulary: part.dataset.picks,
    words: spoken,
    choose: ({ code }) => {
      const tick = order.map((label) => label.querySelector("input")).find((one) => one.value === code);
      if (!tick) return;
      tick.checked = true;
      input.value = "";
      sort();
      tick.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
  redraws.push(sort);
}

for (const area of form.querySelectorAll("textarea[data-names]")) {
  const input = addBox(area, area.dataset.label);
  combobox(input, {
    vocabulary: area.dataset.names,
    free: true,
    words: spoken,
    choose: ({ label }) => {
      const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (!lines.includes(label)) lines.push(label);
      area.value = lines.join("\n");
      area.rows = Math.min(8, Math.max(2, lines.length));
      input.value = "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

for (const input of form.querySelectorAll("input[data-named]")) {
  input.removeAttribute("list");
  combobox(input, {
    vocabulary: input.dataset.named,
    words: spoken,
    choose: ({ code }) => {
      input.value = code;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

// ---------- rail ----------

/** Mark the section that is being read. */
function follow() {
  const top = [...form.querySelectorAll("section.group")].filter((part) => part.getBoundingClientRect().top < 160).pop();
  for (const link of document.querySelectorAll("#rail a")) {
    if (top && link.hash === `#${top.id}`) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
}

// ---------- wiring ----------

form.addEventListener("input", (event) => {
  const { name, dataset } = event.target;
  if (dataset.adds !== undefined || CONTROLS.has(name) || name.startsWith("footprint.")) return;
  const field = event.target.closest("[data-field]");
  if (field && event.target.closest(".source-fields")) tellSource(field);
  else followSource(field);
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.type !== "checkbox" || event.target.name === "take") return;
  followSource(event.target.closest("[data-field]"));
  changed();
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  keep(true);
});
addEventListener("online", () => save());
document.addEventListener("visibilitychange", () => document.hidden && isDirty && save());
document.addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#f-'], a[href='#footprint']");
  const target = link && document.querySelector(link.hash);
  if (!target) return;
  event.preventDefault();
  target.closest("details")?.setAttribute("open", "");
  target.focus({ preventScroll: true });
  (target.closest("[data-field]") ?? target).scrollIntoView({ block: "start" });
});

offer();
follow();
