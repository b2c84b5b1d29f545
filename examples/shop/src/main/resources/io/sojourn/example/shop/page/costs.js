// What a click cost: the commands that Redis got for it, by Redis's own account, with their times. Redis is watched only while the
// card is open, since MONITOR slows it.

import { byId, make, show } from "./dom.js";

/** Clocks of one machine, read in two processes. */
const SLACK = 2;

let session = null;

/** The session whose commands are shown, by the id that Redis has in its key. */
export function watch(id) {
  session = id?.replace(/~.*/, "") ?? null;
}

const isOpen = () => byId("costs").open && !byId("costs").hidden;

async function ask(from, to) {
  const query = new URLSearchParams({ session: session ?? "", from, to });
  const response = await fetch(`demo/commands?${query}`, { cache: "no-store" });
  return response.ok ? response.json() : null;
}

/** Shows what was sent from then to now. */
export async function tell(what, from) {
  if (!isOpen() || session === null) {
    return;
  }
  const to = Date.now();
  const commands = await ask(from - SLACK, to + SLACK).catch(() => null);
  if (commands === null) {
    return;
  }
  byId("costs-what").textContent = `${what} took ${to - from} ms here. Redis got:`;
  const rows = commands.length === 0 ? [make("li", {}, "nothing")] : commands.map(({ command, atMillis }) =>
    make("li", {}, make("code", {}, command),
      make("span", { className: "faint" }, `after ${Math.max(0, atMillis - from).toFixed(1)} ms`)));
  byId("costs-list").replaceChildren(...rows);
}

export function start() {
  byId("costs").addEventListener("toggle", () => {
    if (isOpen()) {
      ask(0, 0).catch(() => {}); // From now on Redis is watched.
    }
  });
  show(byId("costs"), true);
}
