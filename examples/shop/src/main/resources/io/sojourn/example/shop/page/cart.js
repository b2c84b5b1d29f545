// The cart: the session's attribute "cart", a list of {id, quantity}.

import { byId, make, show } from "./dom.js";
import { goods, price } from "./goods.js";

/** The cart of a session as a map from id to quantity; whatever else lies in the attribute is passed over. */
export function read(session) {
  const lines = session?.attributes?.cart;
  const cart = new Map();
  for (const line of Array.isArray(lines) ? lines : []) {
    if (goods.some((good) => good.id === line?.id) && Number.isInteger(line.quantity) && line.quantity > 0) {
      cart.set(line.id, line.quantity);
    }
  }
  return cart;
}

/** As it is stored. */
export const write = (cart) => [...cart].map(([id, quantity]) => ({ id, quantity }));

/** A cart with one line changed by that much. */
export function changed(cart, id, by) {
  const next = new Map(cart);
  const quantity = Math.min(99, (next.get(id) ?? 0) + by);
  if (quantity > 0) {
    next.set(id, quantity);
  } else {
    next.delete(id);
  }
  return next;
}

export function render(cart, change) {
  const lines = goods.filter((good) => cart.has(good.id)).map((good) => ({ ...good, quantity: cart.get(good.id) }));
  const count = lines.reduce((sum, line) => sum + line.quantity, 0);
  const total = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  const focus = focused();
  byId("cart").replaceChildren(...lines.map((line) => row(line, change)));
  focusAgain(focus);
  byId("cart-count").textContent = count;
  byId("cart-total").querySelector("b").textContent = price(total);
  show(byId("cart-total"), count > 0);
  show(byId("cart-empty"), count === 0);
  for (const badge of document.querySelectorAll(".good .count")) {
    const quantity = cart.get(badge.dataset.count);
    badge.textContent = quantity ?? "";
    show(badge, quantity !== undefined);
  }
}

/** Which button of the cart has the focus, by its line and its place in it; null for none. */
function focused() {
  const button = document.activeElement?.closest("#cart button") ?? null;
  const line = button?.closest("li");
  return button && { good: line.dataset.good, sign: button.textContent, place: [...line.parentElement.children].indexOf(line) };
}

/** Gives the focus back, to the line that came in its place if the line is gone, or to the heading of an empty cart. */
function focusAgain(focus) {
  if (focus === null) {
    return;
  }
  const rows = [...byId("cart").children];
  const line = rows.find((each) => each.dataset.good === focus.good) ?? rows[Math.min(focus.place, rows.length - 1)];
  const button = line && [...line.querySelectorAll("button")].find((each) => each.textContent === focus.sign);
  (button ?? byId("cart-title")).focus();
}

function row(line, change) {
  const step = (by, sign, label) =>
    make("button", { className: "quiet", "aria-label": `${label} ${line.name}`, onclick: () => change(line.id, by) }, sign);
  return make("li", { "data-good": line.id },
    make("span", {}, line.name),
    make("span", { className: "stepper" },
      step(-1, "−", "One less:"), make("span", {}, String(line.quantity)), step(1, "+", "One more:")),
    make("span", { className: "price" }, price(line.quantity * line.cents)));
}
