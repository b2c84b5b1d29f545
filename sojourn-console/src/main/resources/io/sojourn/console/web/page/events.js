// The events of all nodes, the newest first, as they come.
import { call } from "./api.js";
import { attended, make, number, whole } from "./dom.js";

const PAUSE = 2000;
const MOST_ROWS = 500;

/** One event as cells of a row. */
export function cells(one) {
  return [whole(one.at), one.node, one.count === 1 ? one.event : `${one.event} (${number(one.count)} times)`,
    one.session === undefined ? "" : make("a", { href: `#/session/${one.session}`, className: "id" }, one.session),
    one.principal === undefined ? "" : make("bdi", {}, one.principal), one.detail ?? ""];
}

export async function events(into) {
  const rows = make("tbody");
  const none = make("p", { className: "faint" }, "No node has published an event. Nodes publish events if they are set up with an EventPublisher.");
  const wrong = make("p", { className: "trouble", role: "alert" });
  let paused = false;
  const pause = make("button", { type: "button", id: "pause", onclick: () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
  } }, "Pause");
  const heads = ["When", "Node", "Event", "Session", "Principal", "Detail"];
  into.append(make("h1", {}, "Events"), make("p", { className: "buttons" }, pause), wrong, none,
    make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Events" },
      make("table", { className: "events" }, make("caption", { className: "hidden" }, "Events of all nodes, the newest first"),
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), rows)));
  let after;
  const look = async () => {
    let found;
    do {
      ({ events: found } = await call("events", { after, size: 200 }));
      after = found.at(-1)?.position ?? after;
      for (const one of found) rows.prepend(make("tr", {}, ...cells(one).map((cell) => make("td", {}, cell))));
      while (rows.rows.length > MOST_ROWS) rows.lastElementChild.remove();
      none.hidden = rows.rows.length > 0;
    } while (found.length === 200 && after !== undefined && into.isConnected);
    wrong.textContent = "";
  };
  const again = async () => {
    if (!into.isConnected) return; // The operator has left the page.
    if (!paused && attended()) {
      await look().catch((error) => {
        if (wrong.textContent !== error.message) wrong.textContent = error.message;
      });
    }
    setTimeout(again, PAUSE);
  };
  try {
    await look();
  } catch (error) {
    wrong.textContent = error.message;
  }
  setTimeout(again, PAUSE);
}
