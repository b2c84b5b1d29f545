// What a click cost: the commands that Redis got for it, by Redis's own account, with their times, beside what Spring Session sent for
// the same click. Redis is watched only while the card is open, since MONITOR slows it.

import { byId, make, show } from "./dom.js";

/** Clocks of one machine, read in two processes. */
const SLACK = 2;

/** The demo stops to watch Redis when no page has asked for 30 seconds. */
const STAY_AWAKE = 10_000;

/** The status while Spring Session is not ready. */
const STARTING = 202;

let session = null;
let told = 0;

/** The session whose commands are shown, by the id that Redis has in its key. */
export function watch(id) {
  session = known(id);
}

const known = (id) => id?.replace(/~.*/, "") ?? null;
const isOpen = () => byId("costs").open && !byId("costs").hidden;

const send = (path, id, from, to, more = {}) =>
  fetch(`demo/${path}?${new URLSearchParams({ session: id ?? "", from, to, ...more })}`, { cache: "no-store" });

async function ask(...question) {
  const response = await send(...question);
  return response.status === 200 ? response.json() : null;
}

const row = (command, millis) => make("li", {}, make("code", {}, command),
  make("span", { className: "faint" }, `after ${Math.max(0, millis).toFixed(1)} ms`));
const count = (commands) => (commands.length === 1 ? "1 command" : `${commands.length} commands`);

/**
 * Shows what was sent from then to now.
 *
 * @param answered the id of the session in the answer, for a click that has made one
 * @param endsOthers whether it ends other sessions: then commands about any session belong to it
 */
export async function tell(what, from, answered, endsOthers) {
  const id = session ?? known(answered);
  if (!isOpen() || id === null) {
    return;
  }
  const to = Date.now();
  const turn = ++told;
  byId("costs-spring").classList.add("stale");
  const commands = await ask("commands", id, from - SLACK, to + SLACK, { all: endsOthers }).catch(() => null);
  if (commands === null || turn !== told) {
    show(byId("costs-spring"), false);
    return;
  }
  byId("costs-what").textContent = `${what} took ${to - from} ms here. Redis got:`;
  byId("costs-sojourn").textContent = `Sojourn: ${count(commands)}`;
  show(byId("costs-sojourn"), true);
  byId("costs-list").replaceChildren(...commands.map(({ command, atMillis }) => row(command, atMillis - from)));
  compare(turn, id, from - SLACK, to + SLACK, commands).catch(() => show(byId("costs-spring"), false));
}

/** Shows what Spring Session sent, as soon as that is known; until then the page goes on. */
async function compare(turn, id, from, to, ours) {
  const spring = await ask("spring-session", id, from, to);
  if (turn !== told) {
    return;
  }
  show(byId("costs-spring"), spring !== null);
  if (spring === null) {
    return;
  }
  byId("costs-sojourn").textContent = `Sojourn: ${count(ours)}, ${spring.sojournMillis.toFixed(1)} ms`;
  byId("costs-spring").classList.remove("stale");
  byId("costs-spring-version").textContent = spring.version;
  byId("costs-spring-lists").replaceChildren(...spring.repositories.flatMap(({ repository, able, millis, commands }) =>
    able ? [
      make("h3", {}, `Spring Session, ${repository}: ${count(commands)}, ${millis.toFixed(1)} ms`),
      make("ol", { className: "costs" }, ...commands.map(({ command, afterMillis }) => row(command, afterMillis))),
    ] : [make("h3", {}, `Spring Session, ${repository}: cannot do this, since it does not find the sessions of a user`)]));
}

/** Lets the demo watch Redis, and start Spring Session if it does not run. */
const wake = () => send("spring-session", session, 0, 0);

async function open() {
  byId("costs-what").textContent = "Spring Session starts, for the comparison…";
  await ask("commands", session, 0, 0);
  while (isOpen() && (await wake()).status === STARTING) {
    await new Promise((done) => setTimeout(done, 1_000));
  }
  await fetch("api/session", { cache: "no-store" }); // From it Spring Session's side learns what the session holds.
  if (told === 0) {
    byId("costs-what").textContent = "Click something. Redis is watched (MONITOR) while this is open.";
  }
}

export function start() {
  byId("costs").addEventListener("toggle", () => {
    if (isOpen()) {
      open().catch(() => {});
    }
  });
  setInterval(() => {
    if (isOpen() && !document.hidden) {
      wake().catch(() => {});
    }
  }, STAY_AWAKE);
  show(byId("costs"), true);
}
