// Five hundred visitors who click for twenty seconds, and how that goes: answers in a second, p99 and errors.

import { byId, show } from "./dom.js";

const WIDTH = 300;
const HEIGHT = 60;
const SECONDS = 20;
const SVG = "http://www.w3.org/2000/svg";

async function ask(method) {
  const response = await fetch("demo/visitors", { method, cache: "no-store" });
  return response.status === 200 ? response.json() : null;
}

function render({ running, seconds }) {
  byId("visitors-go").setAttribute("aria-disabled", String(running));
  byId("visitors-stop").setAttribute("aria-disabled", String(!running));
  if (seconds.length === 0) {
    byId("visitors-text").textContent = running ? "They come…" : "";
    return;
  }
  const last = seconds[seconds.length - 1];
  const errors = seconds.reduce((sum, second) => sum + second.errors, 0);
  const answers = seconds.reduce((sum, second) => sum + second.answers, 0);
  const worst = Math.max(...seconds.map((second) => second.p99Millis));
  byId("visitors-text").textContent = running
    ? `${last.answers} answers in this second, 99 % of them within ${round(last.p99Millis)} ms; ${errors} errors so far.`
    : `${answers.toLocaleString("en")} answers in ${seconds.length} s, ${errors} errors. In the slowest second 99 % came within ${round(worst)} ms.`;
  const most = Math.max(1, ...seconds.map((second) => second.answers));
  const points = seconds.map((second, i) =>
    `${((i / (SECONDS - 1)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (second.answers / most) * (HEIGHT - 6)).toFixed(1)}`);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Answers in each second, at most ${most}`);
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  seconds.forEach((second, i) => {
    if (second.errors > 0) {
      const mark = document.createElementNS(SVG, "circle");
      mark.setAttribute("cx", ((i / (SECONDS - 1)) * WIDTH).toFixed(1));
      mark.setAttribute("cy", String(HEIGHT - 4));
      mark.setAttribute("r", "3");
      svg.append(mark);
    }
  });
  byId("visitors-line").replaceChildren(svg);
}

const round = (millis) => (millis < 10 ? millis.toFixed(1) : Math.round(millis));

async function follow() {
  const told = await ask("GET").catch(() => null);
  if (told !== null) {
    render(told);
  }
  if (told === null || told.running) {
    setTimeout(follow, 500);
  }
}

export function start() {
  byId("visitors-go").addEventListener("click", async () => {
    if (byId("visitors-go").getAttribute("aria-disabled") !== "true") {
      byId("visitors-go").setAttribute("aria-disabled", "true");
      await ask("POST").catch(() => null);
      follow();
    }
  });
  byId("visitors-stop").addEventListener("click", () => ask("DELETE").catch(() => null));
  show(byId("visitors"), true);
}
