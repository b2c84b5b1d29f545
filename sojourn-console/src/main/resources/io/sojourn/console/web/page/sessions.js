// Sessions as a table, all of them or those of a principal.
import { call } from "./api.js";
import { ago, make, trouble } from "./dom.js";
import { endAll } from "./session.js";
import { LongTable } from "./table.js";

/** The principal whose sessions are listed: how it is shown, and principalKey, what it is; null for all. */
let wanted = null;

export const sessionsOf = (principal) => {
  wanted = principal;
};

// The application's getId() adds ~ and a number after the secret was rotated.
const ID = /^([A-Za-z0-9_-]{22})(~[0-9]{1,19})?$/;

export function sessions(into, me, again) {
  const of = wanted;
  const kind = make("select", { id: "search-kind" },
    make("option", { value: "principal" }, "Principal"), make("option", { value: "id" }, "Session id"));
  const input = make("input", { id: "search", type: "search", autocomplete: "off", spellcheck: false, maxLength: 4000 });
  const wrong = make("p", { className: "trouble", role: "alert" });
  const form = make("form", {
    className: "search", role: "search",
    onsubmit: (event) => {
      event.preventDefault();
      const text = kind.value === "id" ? input.value.trim() : input.value;
      wrong.textContent = "";
      if (kind.value === "principal") {
        wanted = text === "" ? null : { principal: text, principalKey: text };
        again();
      } else if (ID.test(text)) {
        location.hash = `#/session/${text.slice(0, 22)}`;
      } else {
        wrong.textContent = "This is not the id of a session: it has 22 characters of A-Z a-z 0-9 - _";
      }
    },
  },
    make("label", { htmlFor: "search-kind", className: "hidden" }, "Search by"), kind,
    make("label", { htmlFor: "search", className: "hidden" }, "Search for"), input,
    make("button", { type: "submit" }, "Search"));
  const name = make("bdi", {}, of?.principal ?? "");
  const heading = make("h1", {}, of === null ? "Sessions" : "Sessions of ");
  into.append(heading, form, wrong);
  if (of !== null) {
    heading.append(name);
    const bar = make("p", { className: "buttons" }, make("button", { type: "button", onclick: () => { wanted = null; again(); } }, "Show all sessions"));
    if (me.allowEnding) {
      bar.append(make("button", { type: "button", className: "danger", onclick: (event) => endAll(of, again, event.currentTarget).catch((error) => into.append(trouble(error))) }, "End all of these…"));
    }
    into.append(bar);
  }
  let after = null;
  const table = new LongTable(of === null ? "Sessions" : "Sessions of a principal", "sessions",
    ["Session", "Principal", "Created", "Last used", "Ends", "Labels"], (one) => {
      const link = make("a", { href: `#/session/${one.id}`, className: "id" }, one.id);
      if (one.unreadable !== undefined) return [link, make("em", {}, "unreadable"), "?", "?", "?", one.unreadable];
      return [link,
        one.principal === undefined ? make("span", { className: "faint" }, "nobody") : make("bdi", {}, one.principal),
        ago(one.createdAt), ago(one.lastAccessedAt), ago(one.expiresAt),
        one.labels.map((label) => `${label.name}: ${label.value}`).join(", ")];
    }, async () => {
      const page = await call("sessions", { principal: of?.principalKey, after, size: 200 });
      after = page.next ?? null;
      name.textContent = page.principal ?? ""; // As the server shows it, not as it was typed.
      return { rows: page.sessions, more: after !== null };
    });
  into.append(table.element);
  return table.next();
}
