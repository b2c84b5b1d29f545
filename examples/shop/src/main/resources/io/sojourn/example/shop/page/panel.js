// What Redis holds for this session. Asked for only while the panel is open: looking costs commands of its own.

import { call } from "./api.js";
import { byId, make, show } from "./dom.js";

let endsAt = 0;

export async function refresh() {
  if (!byId("panel").open) {
    return;
  }
  let held;
  try {
    held = await call("GET", "api/redis");
  } catch {
    return; // What is wrong is said where the visitor's own request fails.
  }
  show(byId("panel-empty"), held === null);
  show(byId("panel-body"), held !== null);
  if (held !== null) {
    render(held);
  }
}

function render(held) {
  byId("panel-key").textContent = held.key;
  byId("panel-type").textContent = held.type;
  byId("panel-memory").textContent = held.memoryBytes === null ? "not told" : bytes(held.memoryBytes);
  endsAt = held.ttlMillis < 0 ? Infinity : Date.now() + held.ttlMillis;
  tick();
  byId("panel-fields").replaceChildren(...held.fields.map(field));
}

function field({ name, about, bytes: size, text, decoded }) {
  return make("li", { "data-field": name },
    make("div", { className: "name" }, make("code", {}, name), make("span", { className: "faint" }, bytes(size))),
    make("div", { className: "faint small" }, about),
    ...(decoded === null ? [make("pre", {}, text)] : [
      make("pre", { className: "decoded" }, decoded),
      make("details", {}, make("summary", { className: "faint small" }, "As it is stored"), make("pre", {}, text))]));
}

const bytes = (count) => `${count.toLocaleString("en")} bytes`;

function tick() {
  if (!byId("panel").open || endsAt === 0) {
    return;
  }
  const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  byId("panel-ttl").textContent = Number.isFinite(seconds)
    ? `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`
    : "none";
}

export function start() {
  byId("panel").addEventListener("toggle", refresh);
  setInterval(tick, 1000);
}
