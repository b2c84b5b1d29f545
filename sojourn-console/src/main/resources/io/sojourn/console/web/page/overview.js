// How many sessions there are, how large they are, and what is in them.
import { call } from "./api.js";
import { live } from "./live.js";
import { bytes, make, number, plainTable, plural, trouble } from "./dom.js";

function tile(name, value, more) {
  return make("div", { className: "tile" }, make("dt", {}, name), make("dd", {}, value), make("dd", { className: "faint" }, more));
}

export function overview(into) {
  into.append(make("h1", {}, "Overview"));
  const tiles = make("dl", { className: "tiles" });
  const tables = make("div", { className: "columns" });
  const lines = live();
  into.append(tiles, lines.element, tables);
  const count = call("count").then((all) => {
    tiles.prepend(tile("Sessions", `${all.estimated ? "about " : ""}${number(all.sessions)}`,
      all.estimated ? `estimated from ${number(all.keys)} keys` : `${number(all.keys)} keys looked at`));
  });
  const sizes = call("sizes").then((sample) => {
    if (sample.sampled === 0) return;
    const of = sample.whole ? "all sessions" : `a sample of ${plural(sample.sampled, "session")}`;
    tiles.append(
      tile("Memory of a session", bytes(Math.round(sample.bytes / sample.sampled)), `the mean of ${of}`),
      tile("Largest session", bytes(sample.largest[0].bytes), `of ${of}`));
    tables.append(
      plainTable(`Attributes that take most, in ${of}`, ["Attribute", "Bytes", "Sessions", "Largest"],
        sample.attributes.map((one) => [one.name, bytes(one.bytes), number(one.sessions), bytes(one.largest)])),
      plainTable(`Largest sessions, of ${of}`, ["Session", "Memory"],
        sample.largest.slice(0, 10).map((one) => [make("a", { href: `#/session/${one.id}`, className: "id" }, one.id), bytes(one.bytes)])));
  });
  return Promise.all([count, sizes, lines.begin()]).catch((error) => into.append(trouble(error)));
}
