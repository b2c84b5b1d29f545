// Elements and texts. Text always goes in as text, never as markup: what a visitor typed stays harmless.

const ATTENDED = 10 * 60_000;
let used = Date.now();
for (const event of ["pointerdown", "pointermove", "keydown", "wheel"]) window.addEventListener(event, () => { used = Date.now(); }, { passive: true });

/** Whether somebody is there: pages do not ask again and again for nobody, and so keep no operator signed in for ever. */
export const attended = () => !document.hidden && Date.now() - used < ATTENDED;

export const byId = (id) => document.getElementById(id);

/** Makes an element: make("p", { className: "faint", onclick: f, "aria-label": "…" }, "text", otherElement). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name === "role" || name.startsWith("aria-") || name.startsWith("data-")) {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children);
  return element;
}

/** A table of few rows; the first cell of each is its heading. */
export function plainTable(caption, heads, rows) {
  return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": caption },
    make("table", {},
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell, i) =>
        make(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell)))))));
}

/** How far the clock of the server is ahead of this one, in milliseconds. */
let ahead = 0;

export const setClock = (now) => {
  ahead = new Date(now).getTime() - Date.now();
};

/** The time of the server, in milliseconds. */
export const now = () => Date.now() + ahead;

export function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

/** "5 min ago", with the whole time as its title. */
export function ago(instant) {
  if (!instant) return "never";
  const seconds = (now() - new Date(instant).getTime()) / 1000;
  const text = seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`;
  return make("time", { dateTime: instant, title: new Date(instant).toLocaleString() }, text);
}

export const whole = (instant) => make("time", { dateTime: instant }, new Date(instant).toLocaleString());

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1048576 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1048576).toFixed(1)} MiB`;
}

export const number = (count) => count.toLocaleString("en");

export const plural = (count, one) => `${number(count)} ${one}${count === 1 ? "" : "s"}`;

/** Says something to those who see the page, and to those who hear it. */
export function notice(text) {
  byId("notice").textContent = text;
}

export function trouble(error) {
  return make("p", { className: "trouble", role: "alert" }, error.message);
}
