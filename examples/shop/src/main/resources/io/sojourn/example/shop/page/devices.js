// Where the visitor is signed in. Asked for only while the card is open, as what Redis holds is.

import { call } from "./api.js";
import { byId, make, show } from "./dom.js";

let end = () => {};

/**
 * @param signedIn whether there is anything to show
 */
export async function refresh(signedIn = !byId("devices").hidden) {
  show(byId("devices"), signedIn);
  if (!signedIn || !byId("devices").open) {
    return;
  }
  let devices;
  try {
    devices = await call("GET", "api/devices");
  } catch {
    return; // What is wrong is said where the visitor's own request fails.
  }
  byId("devices-list").replaceChildren(...devices.map(row));
  show(byId("end-others"), devices.length > 1);
}

function row(device) {
  const name = describe(device.userAgent);
  return make("li", { "data-device": device.id, title: device.userAgent ?? "" },
    make("span", { className: "device" },
      make("span", {}, name),
      make("span", { className: "faint small" }, `Since ${when(device.createdAt)}`),
      ...(device.current ? []
        : [make("span", { className: "faint small" }, `Last used ${when(device.lastAccessedAt)}`)])),
    device.current
      ? make("b", { className: "here" }, "this one")
      : make("button", { className: "quiet", "aria-label": `Sign out ${name}`, onclick: () => end(device.id) }, "Sign out"));
}

const browsers = [
  [/\bEdg\//, "Edge"], [/\bOPR\//, "Opera"], [/\bFirefox\//, "Firefox"], [/\b(Headless)?Chrome\//, "Chrome"],
  [/\bVersion\/.*\bSafari\//, "Safari"],
];
const systems = [
  [/\bAndroid\b/, "Android"], [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "Mac"], [/\bLinux\b/, "Linux"],
];

/** In words, of what browsers say of themselves; of others, what they say first. */
function describe(userAgent) {
  const find = (kinds) => kinds.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1];
  const browser = find(browsers);
  const system = find(systems);
  if (browser !== undefined) {
    return system === undefined ? browser : `${browser} on ${system}`;
  }
  return userAgent?.split(/[\s/]/, 1)[0] || "Something without a name";
}

const today = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const earlier = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

function when(instant) {
  const then = new Date(instant);
  return (then.toDateString() === new Date().toDateString() ? today : earlier).format(then);
}

/** @param endOne ends the device of an id */
export function start(endOne) {
  end = endOne;
  byId("devices").addEventListener("toggle", () => refresh());
}
