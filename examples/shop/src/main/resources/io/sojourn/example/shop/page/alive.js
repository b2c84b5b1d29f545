// Asks each second whether the session is still there, so that a window that was signed out elsewhere says so by itself. It asks
// past the session's clock: an open window does not keep its session alive.

import { call } from "./api.js";

const PAUSE = 1000;
const ASKED_FOR_CAUSE = 5;

let watched = null;
let asked = 0;

/** Watches the session of this id from now on; null for none. */
export function watch(id) {
  watched = id;
  asked = 0;
}

async function look(ended, busy) {
  const id = watched;
  if (id === null || document.hidden || busy()) {
    return;
  }
  let answer;
  try {
    answer = await call("GET", "api/alive");
  } catch {
    return; // What is wrong is said where the visitor's own request fails.
  }
  if (answer.alive || watched !== id) {
    asked = 0;
    return;
  }
  asked += 1;
  ended(answer.cause === null ? null : { cause: answer.cause, at: new Date(answer.endedAt) });
  if (answer.cause !== null || asked >= ASKED_FOR_CAUSE) {
    watched = null; // The cause is written a moment after the end; later it will not come any more.
  }
}

/**
 * @param ended is called when the session has ended, with the cause and the time, or null as long as they are not known
 * @param busy says whether a click is under way, which finds out by itself
 */
export function start(ended, busy) {
  const again = () => look(ended, busy).finally(() => setTimeout(again, PAUSE));
  setTimeout(again, PAUSE);
}
