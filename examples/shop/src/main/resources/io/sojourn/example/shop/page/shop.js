// The page: it shows the session that the last answer told of, and sends what the visitor does.

import * as alive from "./alive.js";
import { call, ended } from "./api.js";
import * as cartView from "./cart.js";
import * as costs from "./costs.js";
import * as devices from "./devices.js";
import { byId, make, show } from "./dom.js";
import { goods, price } from "./goods.js";
import * as machines from "./machines.js";
import * as nodes from "./nodes.js";
import * as notice from "./notice.js";
import * as panel from "./panel.js";
import * as sessions from "./sessions.js";
import * as visitors from "./visitors.js";

let cart = new Map();
let line = Promise.resolve();
let waiting = 0;

/** Sends requests one after the other, since two at once may arrive in another order than they were made. */
function act(method, path, body) {
  perform(() => call(method, path, body), { name: `${method} /${path}` });
}

/** As act, where the answer does not tell of the session. */
function end(method, path, body, tell = () => {}) {
  perform(async () => {
    tell(await call(method, path, body));
    return call("GET", "api/session");
  }, { name: `${method} /${path}`, endsOthers: true });
}

function perform(request, what) {
  waiting += 1;
  line = line.then(() => send(request, what));
}

/** Sends one request and shows the session that it answers with; if it cannot, tells so and tries again. */
async function send(request, what) {
  const from = Date.now();
  try {
    const session = await request();
    const told = costs.tell(what.name, from, session?.id, what.endsOthers === true);
    waiting -= 1;
    if (waiting === 0) { // Otherwise the page is already ahead of this answer.
      render(session);
      await told; // What is asked for below is no part of the click.
      panel.refresh();
      devices.refresh(Boolean(session?.user));
    }
    notice.clear();
  } catch (trouble) {
    waiting -= 1;
    notice.tell(trouble, nodes.reachable(), () => perform(request, what));
  }
}

function render(session) {
  alive.watch(session?.id ?? null);
  costs.watch(session?.id ?? null);
  sessions.watch(session?.id ?? null);
  greyOut(null);
  if (session !== null) {
    nodes.renderAnswering(session.node);
  }
  const visits = session?.attributes.visits;
  const wasSignedIn = byId("principal").textContent !== "";
  if (ended !== null && !session?.user) {
    byId("visits-text").textContent = words(ended);
  } else if (session === null) {
    byId("visits-text").textContent = "You have no session now; the next thing you do makes one.";
  } else if (wasSignedIn && !session.user) {
    byId("visits-text").textContent = "You were signed out elsewhere; this session is new.";
  } else {
    byId("visits-text").textContent = Number.isInteger(visits)
      ? `This is visit ${visits} of your session.` : "Your session is new.";
  }
  byId("principal").textContent = session?.user ?? "";
  show(byId("sign-in"), !session?.user);
  show(byId("signed-in"), Boolean(session?.user));
  cart = cartView.read(session);
  cartView.render(cart, change);
}

/** Says on the whole page that the session is gone, until the visitor goes on with a new one; null: it is not. */
function greyOut(text) {
  document.body.classList.toggle("over", text !== null);
  byId("ended-text").textContent = text ?? "";
  show(byId("ended"), text !== null);
}

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Why the session ended that the visitor had. */
function words({ cause, at }) {
  const time = clock.format(at);
  switch (cause) {
    case "IDLE": return `Your session ended at ${time}, because you did not use it for a while.`;
    case "ABSOLUTE": return `Your session ended at ${time}, because it was as old as a session may be.`;
    case "LIMIT": return `You were signed out at ${time}, because you have signed in on too many devices.`;
    default: return `You were signed out from another device at ${time}.`;
  }
}

function change(id, by) {
  // Shown at once, and sent as a whole: to send it again after an outage does no harm.
  cart = cartView.changed(cart, id, by);
  cartView.render(cart, change);
  act("PUT", "api/attributes/cart", cartView.write(cart));
}

function offer(good) {
  return make("li", { className: "good", "data-good": good.id },
    make("img", { src: `pictures/${good.id}.svg`, alt: "", width: 320, height: 240 }),
    make("span", { className: "count", title: "in your cart", hidden: true, "data-count": good.id }),
    make("div", { className: "text" },
      make("h3", {}, good.name),
      make("p", { className: "faint small" }, good.about),
      make("div", { className: "buy" },
        make("b", {}, price(good.cents)),
        make("button", { "aria-label": `Add ${good.name} to the cart`, onclick: () => change(good.id, 1) }, "Add"))));
}

/** Leaves for another node only when everything has been sent, or will not be soon. */
async function leave(event) {
  const link = event.target.closest("a");
  if (link === null || waiting === 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  await Promise.race([line, new Promise((done) => setTimeout(done, 1500))]);
  location.assign(link.href);
}

byId("goods").replaceChildren(...goods.map(offer));
byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  act("POST", "api/login", { user: byId("user").value.trim() });
});
byId("sign-out").addEventListener("click", () => act("POST", "api/logout"));
byId("others").addEventListener("click", leave);
byId("end-others").addEventListener("click", () => end("POST", "api/logout-others"));
byId("end-all").addEventListener("click", () => end("POST", "api/logout-everywhere"));
byId("revoke").addEventListener("submit", (event) => {
  event.preventDefault();
  const user = byId("revoke-user").value.trim();
  end("POST", "api/admin/revoke", { user }, ({ revoked }) => {
    byId("revoked").textContent = revoked === 1 ? `1 session of ${user} has ended.` : `${revoked} sessions of ${user} have ended.`;
    show(byId("revoked"), true);
  });
});
byId("ended-go-on").addEventListener("click", () => {
  act("POST", "api/visits");
  byId("goods").querySelector("button").focus();
});
alive.start((past) => greyOut(past === null
  ? "Your session is not there any more: it was ended elsewhere, or Redis has lost it." : words(past)), () => waiting > 0);
devices.start((id) => end("DELETE", `api/devices/${id}`));
panel.start();
await machines.start((message) => notice.tell({ kind: "refused", message }, [], () => {}));
if (machines.known()) {
  visitors.start();
  sessions.start();
  if (machines.redis() !== null) {
    costs.start();
  }
}
nodes.refresh().catch(() => {}); // The request below tells if nobody answers.
act("POST", "api/visits");
