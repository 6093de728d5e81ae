// Texts of the scripts in the language of the page: a page in another language than English brings them along.

const page = document.documentElement.lang.slice(0, 2);
const held = document.getElementById("messages");
const messages = held ? JSON.parse(held.textContent) : {};

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_gap, name) => String(values[name]));

/** The message in the reader's language, with values in its gaps: gettext("%(n)s more", { n: 3 }). */
export function gettext(message, values = {}) {
  return filled(messages[message] ?? message, values);
}

/** The form that suits a count, which fills the gap %(num)s. */
export function ngettext(one, many, count, values = {}) {
  const forms = messages[one] ?? [one, many];
  return filled(forms[count === 1 ? 0 : 1], { num: number(count), ...values });
}

/** A figure as the pages write it: thin spaces from 10 000 on, and the language's decimal sign. */
export function number(value) {
  const written = value < 10_000 ? String(value) : value.toLocaleString("en-GB").replaceAll(",", "\u202f");
  return page === "de" ? written.replace(".", ",") : written;
}
