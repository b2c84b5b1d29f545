// The processes of the demonstration, as tiles: what each of them does, and buttons that kill, freeze and start it. There are
// tiles only where the page was opened at the shop's own address; a single node knows nothing of the others' processes.

import { byId, make, show } from "./dom.js";

let fleet = null;
let told = () => {};

/** The state of Redis: "up", "frozen", "down", or null where it is not the demonstration's own. */
export const redis = () => fleet?.machines.find((machine) => machine.name === "redis")?.state ?? null;

/** Whether this page was served by the balancer. */
export const known = () => fleet !== null;

const words = { up: "runs", starting: "starts…", frozen: "frozen: it answers nothing", down: "does not run" };
const actions = { up: ["kill", "freeze"], starting: ["kill"], frozen: ["kill", "start"], down: ["start"] };
const labels = { kill: "Kill", freeze: "Freeze", start: "Start" };
const signals = { kill: "SIGKILL", freeze: "SIGSTOP", start: "starts it, or SIGCONT" };

async function refresh() {
  try {
    const response = await fetch("demo/fleet", { cache: "no-store" });
    if (response.ok) {
      fleet = await response.json();
      render();
    }
  } catch {
    show(byId("machines-gone"), true);
    return;
  }
  show(byId("machines-gone"), false);
}

/** Keeps the elements, so that the focus stays where it is. */
function render() {
  const list = byId("machines-list");
  for (const machine of fleet.machines) {
    const tile = byId(`machine-${machine.name}`) ?? list.appendChild(tileOf(machine));
    if (tile.dataset.state !== machine.state) {
      tile.dataset.state = machine.state;
      tile.querySelector(".state").textContent = words[machine.state];
      for (const button of tile.querySelectorAll("button")) {
        button.setAttribute("aria-disabled", String(!actions[machine.state].includes(button.dataset.action)));
      }
    }
  }
  show(byId("machines"), true);
}

function tileOf({ name, label }) {
  const button = (action) => make("button",
    { className: "quiet", "data-action": action, title: signals[action], "aria-label": `${labels[action]} ${label}`,
      onclick: (event) => act(name, action, event.currentTarget) }, labels[action]);
  return make("li", { id: `machine-${name}`, className: "machine" },
    make("p", {}, make("b", {}, label), " ", make("span", { className: "state faint small" })),
    make("p", { className: "machine-actions" }, button("kill"), button("freeze"), button("start")));
}

async function act(name, action, button) {
  if (button.getAttribute("aria-disabled") === "true") {
    return;
  }
  const response = await fetch(`demo/machines/${name}/${action}`, { method: "POST" }).catch(() => null);
  if (response !== null && !response.ok) {
    told((await response.json().catch(() => null))?.error ?? "That could not be done.");
  }
  await refresh();
}

/** Marks the tile of the node that answered last. */
export function mark(node) {
  for (const tile of document.querySelectorAll(".machine")) {
    tile.classList.toggle("answered", tile.id === `machine-${node}`);
  }
}

/**
 * Shows the tiles and keeps them true.
 *
 * @param tell is told what could not be done
 */
export async function start(tell) {
  told = tell;
  await refresh();
  if (known()) {
    setInterval(() => {
      if (!document.hidden) {
        refresh();
      }
    }, 1000);
  }
}
