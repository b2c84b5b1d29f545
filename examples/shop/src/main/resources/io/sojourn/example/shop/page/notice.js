// Tells what went wrong, in the visitor's words, and tries again.

import { byId, make, show } from "./dom.js";
import * as machines from "./machines.js";

let timer;

export function clear() {
  clearInterval(timer);
  show(byId("notice"), false);
}

/** What is said of Redis, by what it does; it is said of a session only where it is true. */
const ofRedis = {
  frozen: "Redis is frozen and answers nothing. Your session is in its memory, unharmed.",
  down: "Redis does not run. Your session is in its append-only file, and is there again when you start it.",
  starting: "Redis starts. Your session is in its append-only file.",
};

/**
 * @param trouble what was thrown by a call
 * @param others links to the other nodes
 * @param retry does again what failed
 */
export function tell(trouble, others, retry) {
  const words = trouble.kind === "store" ? ofRedis[machines.redis()] ?? store : machines.known() ? balancer : node;
  clearInterval(timer);
  const again = () => {
    clearInterval(timer);
    retry();
  };
  byId("notice-retry").onclick = trouble.kind === "refused" ? clear : again;
  byId("notice-retry").textContent = trouble.kind === "refused" ? "All right" : "Try now";
  byId("notice-links").replaceChildren(
    ...(trouble.kind === "node" ? others.map((other) => make("a", { href: other.href }, `Continue on ${other.label}`)) : []));
  show(byId("notice"), true);
  if (trouble.kind === "refused") {
    byId("notice-text").textContent = trouble.message;
  } else {
    countDown(trouble.retryAfter, words, again);
  }
}

const store = "Redis does not answer just now. Whether it still has your session shows when it answers again.";
const node = "This node does not answer any more. Your session is in Redis, and the other nodes have it.";
const balancer = "No node has answered this. Your session is in Redis.";

function countDown(seconds, text, again) {
  let left = seconds;
  const say = () => {
    byId("notice-text").textContent = `${text} Trying again in ${left} s…`;
  };
  say();
  timer = setInterval(() => {
    left -= 1;
    if (left > 0) {
      say();
    } else {
      again();
    }
  }, 1000);
}
