// Which node answered, and the way to the others.

import { call } from "./api.js";
import { byId, make } from "./dom.js";
import * as machines from "./machines.js";

export const label = (name) => name.replace("-", " ");

const number = (name) => Number(name.replace(/\D/g, "")) || 1;

let others = [];

/** The other nodes as { href, label }, as far as they were up when last looked. */
export const reachable = () => (machines.known() ? [] : others);

export function renderAnswering(name) {
  byId("node").textContent = label(name);
  byId("node").dataset.colour = (number(name) - 1) % 6;
  machines.mark(name);
  document.title = `Sojourn Outfitters · ${label(name)}`;
}

export async function refresh() {
  const { node, nodes } = await call("GET", "api/nodes");
  renderAnswering(node);
  // Cookies belong to a host, whatever the port. So the links keep the name by which this page was asked for.
  const rest = nodes.filter((other) => other.name !== node).map((other) => ({
    label: label(other.name),
    up: other.up,
    href: `${location.protocol}//${location.hostname}:${other.port}/`,
  }));
  others = rest.filter((other) => other.up);
  // Where a balancer stands in front of the nodes, there is no need to go to another one.
  byId("others").replaceChildren(...(machines.known() ? [] : rest).map((other) => other.up
    ? make("a", { href: other.href }, `Continue on ${other.label} →`)
    : make("span", { className: "down", title: "does not answer" }, other.label)));
}
