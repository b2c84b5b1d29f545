// All sessions, as they come and go; asked for each second.

import { byId, make, show } from "./dom.js";

const SHOWN = 6;
const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

let own = null;

/** The session of this window, which is marked. */
export function watch(id) {
  own = id?.replace(/~.*/, "") ?? null;
}

async function refresh() {
  const response = await fetch("demo/sessions", { cache: "no-store" }).catch(() => null);
  if (response === null || !response.ok) {
    return response?.status !== 403; // A Redis that was there before is not shown.
  }
  const { count, sessions } = await response.json();
  byId("sessions-count").textContent = count.toLocaleString("en");
  byId("sessions-list").replaceChildren(...sessions.slice(0, SHOWN).map((session) => make("li", { "data-session": session.id },
    make("span", { className: "device" },
      make("span", {}, session.user ?? "Somebody who is not signed in"),
      make("span", { className: "faint small" }, `Last used ${time.format(new Date(session.lastAccessedAt))}`)),
    ...(session.id === own ? [make("b", { className: "here" }, "this one")] : []))));
  show(byId("sessions"), true);
  return true;
}

export function start() {
  const again = async () => {
    if (document.hidden || await refresh()) {
      setTimeout(again, 1000);
    }
  };
  again();
}
