// Tells what went wrong, in the visitor's words, and tries again.

import { byId, make, show } from "./dom.js";

let timer;

export function clear() {
  clearInterval(timer);
  show(byId("notice"), false);
}

/**
 * @param trouble what was thrown by a call
 * @param others links to the other nodes
 * @param retry does again what failed
 */
export function tell(trouble, others, retry) {
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
    countDown(trouble.retryAfter, words[trouble.kind], again);
  }
}

const words = {
  store: "Redis does not answer just now. Your session is safe there.",
  node: "This node does not answer any more. Your session is in Redis, and the other nodes have it.",
};

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
