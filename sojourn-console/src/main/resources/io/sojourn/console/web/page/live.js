// The lines of the overview: the last quarter of an hour, looked at again every five seconds.
import { call } from "./api.js";
import { attended, make, number } from "./dom.js";

const PAUSE = 5000;
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The parts of a line between gaps, as points. */
function parts(values, most) {
  const found = [];
  let part = null;
  values.forEach((value, i) => {
    if (value === null) {
      part = null;
    } else {
      if (part === null) found.push(part = []);
      part.push(`${i},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(2)}`);
    }
  });
  return found;
}

/** One chart: its name, its present value, and its line. What it shows is in its words, too. */
function chart(name, id) {
  const value = make("strong", {}, "–");
  const more = make("span", { className: "faint" });
  const picture = svg("svg", { viewBox: `0 0 59 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const element = make("figure", { className: "chart", id }, make("figcaption", {}, make("span", {}, name), " ", value, " ", more), picture);
  return {
    element,
    show(values, text, words) {
      const most = Math.max(1e-9, ...values.filter((one) => one !== null));
      value.textContent = text;
      more.textContent = words;
      picture.replaceChildren(...parts(values, most).map((points) => points.length === 1
        ? svg("circle", { cx: points[0].split(",")[0], cy: points[0].split(",")[1], r: "0.8", class: "dot" })
        : svg("polyline", { points: points.join(" "), class: "line" })));
    },
  };
}

const sum = (values) => values.reduce((all, one) => all + one, 0);
const peak = (values) => (Math.max(...values) === 0 ? "" : `at most ${number(Math.max(...values))} in 15 s`);
const last = (values) => values.filter((one) => one !== null).at(-1);

const CAUSES = { IDLE: "idle", ABSOLUTE: "absolute timeout", SIGNED_OUT: "signed out", REVOKED_ID: "by id", REVOKED_ALL: "everywhere",
  REVOKED_OTHERS: "from another session", REVOKED_INDEX: "by index", LIMIT: "limit", UNREADABLE: "unreadable",
  SESSION: "signed out", ID: "by id", PRINCIPAL: "everywhere", OTHERS: "from another session", INDEX: "by index" };

function causes(lines, line) {
  return Object.entries(lines).filter(([name]) => name.startsWith(`${line}:`))
    .map(([name, values]) => `${CAUSES[name.slice(line.length + 1)] ?? name.slice(line.length + 1)} ${number(sum(values))}`).join(", ");
}

export function live() {
  const charts = {
    sessions: chart("Sessions", "chart-sessions"),
    signedIn: chart("Sign-ins", "chart-sign-ins"),
    ended: chart("Ends", "chart-ends"),
    conflicts: chart("Conflicts", "chart-conflicts"),
    refused: chart("Refused tokens", "chart-refused"),
    latency: chart("Redis answers in", "chart-latency"),
  };
  const wrong = make("p", { className: "trouble", role: "alert" });
  const hint = make("p", { className: "faint" });
  const element = make("section", { "aria-label": "The last 15 minutes" }, make("h2", {}, "The last 15 minutes"), wrong,
    make("div", { className: "charts" }, ...Object.values(charts).map((one) => one.element)), hint);
  const look = async () => {
    const { lines, sessions, latency, published, refused, estimated } = await call("activity");
    const nothing = new Array(sessions.length).fill(0);
    const count = (name) => lines[name] ?? nothing;
    const show = (one, name) => one.show(count(name), number(sum(count(name))), peak(count(name)));
    charts.sessions.show(sessions, `${estimated ? "about " : ""}${number(last(sessions) ?? 0)}`, "");
    charts.latency.show(latency, `${(last(latency) ?? 0).toFixed(1)} ms`, `at most ${Math.max(0, ...latency).toFixed(1)} ms`);
    show(charts.signedIn, "signed-in");
    show(charts.conflicts, "conflicts");
    show(charts.refused, "refused");
    const ends = lines.ended === undefined ? "revoked" : "ended"; // Ends by time are known with endEvents only.
    charts.ended.show(count(ends), number(sum(count(ends))), causes(lines, ends));
    hint.textContent = refused ? "Events cannot be read: the Redis user of the console lacks +xrange and +xrevrange, or another program uses the key of the events." : published ? "" : "No node publishes events, so only sessions and the answers of Redis are shown. Nodes publish events if they are set up with an EventPublisher.";
    wrong.textContent = "";
  };
  const again = async () => {
    if (!element.isConnected) return; // The operator has left the page.
    if (attended()) {
      await look().catch((error) => {
        if (wrong.textContent !== error.message) wrong.textContent = error.message;
      });
    }
    setTimeout(again, PAUSE);
  };
  return { element, begin: () => look().catch((error) => { wrong.textContent = error.message; }).finally(() => setTimeout(again, PAUSE)) };
}
