// Who is signed in.
import { call } from "./api.js";
import { ago, make, number } from "./dom.js";
import { LongTable } from "./table.js";
import { sessionsOf } from "./sessions.js";

export function people(into) {
  let after = null;
  const table = new LongTable("Signed-in principals", "people", ["Principal", "Sessions", "Last used"], (one) => [
    make("a", { href: "#/sessions", onclick: () => sessionsOf(one) }, one.principal),
    `${one.estimated ? "about " : ""}${number(one.sessions)}`,
    ago(one.lastAccessedAt),
  ], async () => {
    const page = await call("principals", { after, size: 200 });
    after = page.next ?? null;
    return { rows: page.principals, more: after !== null };
  });
  into.append(make("h1", {}, "Signed in"), table.element);
  return table.next();
}
