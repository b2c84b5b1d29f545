// The frame: which page is shown, and who sees it.
import { call } from "./api.js";
import { byId, notice, setClock, trouble } from "./dom.js";
import { doctor } from "./doctor.js";
import { events } from "./events.js";
import { overview } from "./overview.js";
import { people } from "./people.js";
import { session } from "./session.js";
import { sessions, sessionsOf } from "./sessions.js";

const PAGES = { overview, sessions, people, session, events, doctor };
const NAMES = { overview: "Overview", sessions: "Sessions", people: "Signed in", session: "Session", events: "Events", doctor: "Doctor" };

let me;

async function show(byOperator) {
  const [, name = "overview", argument] = location.hash.split("/");
  const page = Object.hasOwn(PAGES, name) ? name : "overview";
  const main = byId("main");
  // A page of its own, so that an answer that comes late goes into one that nobody sees.
  const into = document.createElement("div");
  main.setAttribute("aria-busy", "true");
  main.replaceChildren(into);
  document.title = `${NAMES[page]} · Sojourn console`;
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.page === (page === "session" ? "sessions" : page);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (byOperator) main.focus();
  const again = () => show(true);
  try {
    await PAGES[page](into, me, again, argument ?? "");
  } catch (error) {
    into.append(trouble(error));
  }
  if (into.isConnected) main.setAttribute("aria-busy", "false");
}

byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
for (const link of document.querySelectorAll("nav a")) {
  link.addEventListener("click", () => {
    if (link.dataset.page !== "sessions") return;
    sessionsOf(null);
    if (location.hash === "#/sessions") show(true);
  });
}
window.addEventListener("hashchange", () => {
  notice("");
  show(true);
});

try {
  me = await call("me");
  setClock(me.now);
  byId("actor").textContent = me.actor;
  byId("rights").textContent = me.allowEnding ? "may end sessions" : "read-only";
  await show(false);
} catch (error) {
  byId("main").replaceChildren(trouble(error));
}
