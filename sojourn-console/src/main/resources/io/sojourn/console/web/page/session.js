// One session: its life, its attributes, its key; and how it ends.
import { call } from "./api.js";
import { confirmed } from "./dialogs.js";
import { ago, bytes, make, notice, now, number, plainTable, plural, span, trouble, whole } from "./dom.js";
import { sessionsOf } from "./sessions.js";

const FATES = {
  lives: "It lives.",
  unreadable: "Something lies under its key, and this version cannot read it.",
  ended_untold: "It has ended; its end is not told yet.",
  ended: "It has ended.",
  forbidden: "It was ended on purpose within the last two minutes.",
  unknown: "There is nothing of it. It ended longer ago than ends are kept, or ends are not recorded, or it never was.",
};

/** Ends all sessions of a principal, if the operator says yes; the button waits until they are counted. */
export async function endAll(one, done, button) {
  button.disabled = true;
  let counted;
  try {
    counted = await call("end-all", { principal: one.principalKey, dryRun: true });
  } finally {
    button.disabled = false;
  }
  if (!button.isConnected) return; // The operator has left the page.
  if (document.activeElement === document.body) button.focus();
  const { found, principal } = counted;
  const yes = await confirmed(`End ${plural(found, "session")}?`,
    `${principal} will be signed out everywhere, and a sign-in that is under way is refused. This cannot be undone.`,
    `End ${plural(found, "session")}`);
  if (!yes) return;
  const { ended } = await call("end-all", { principal: one.principalKey });
  notice(`${plural(ended, "session")} of ${principal} ended.`);
  done();
}

async function end(id, done) {
  const yes = await confirmed("End this session?", `Session ${id} will be ended; its user has to sign in again. This cannot be undone.`, "End session");
  if (!yes) return;
  const { ended } = await call("end", { id });
  notice(ended === 1 ? `Session ${id} ended.` : `Session ${id} had ended before.`);
  done();
}

function life(one) {
  const events = [["Created", one.createdAt], ["Signed in", one.authenticatedAt], ["Last used", one.lastAccessedAt],
    ["Ends if it is not used", one.expiresAt], ["Ends in any case", one.deadline]].filter(([, at]) => at !== undefined);
  events.sort(([, a], [, b]) => new Date(a) - new Date(b));
  return make("ol", { className: "life" }, ...events.map(([name, at]) =>
    make("li", { className: new Date(at).getTime() > now() ? "to-come" : "past" }, make("strong", {}, name), " ", ago(at), " ",
      make("span", { className: "faint" }, whole(at)))));
}

/** What nodes have published about this session. */
function history(events) {
  return events.length === 0 ? "" : plainTable("Events of this session", ["When", "Node", "Event", "Principal", "Detail"],
    events.map((one) => [whole(one.at), one.node, one.event, one.principal === undefined ? "" : make("bdi", {}, one.principal), one.detail ?? ""]));
}

function facts(pairs) {
  return make("dl", { className: "facts" }, ...pairs.filter(([, value]) => value !== undefined && value !== "")
    .flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

const listed = (pairs) => pairs.map((pair) => `${pair.name}: ${pair.value}`).join(", ");

export async function session(into, me, again, id) {
  into.append(make("h1", {}, "Session ", make("span", { className: "id" }, id)));
  let one;
  try {
    one = await call("session", { id });
  } catch (error) {
    into.append(trouble(error));
    return;
  }
  if (one.fate !== undefined) {
    into.append(gone(one), history(one.events));
    return;
  }
  const report = (error) => into.append(trouble(error));
  const bar = make("p", { className: "buttons" });
  if (one.principal !== undefined) {
    bar.append(make("a", { className: "button", href: "#/sessions", onclick: () => sessionsOf(one) },
      "All sessions of ", make("bdi", {}, one.principal)));
  }
  if (me.allowEnding) {
    bar.append(make("button", { type: "button", className: "danger", id: "end", onclick: () => end(id, again).catch(report) }, "End session…"));
    if (one.principal !== undefined) {
      bar.append(make("button", { type: "button", className: "danger", id: "end-all", onclick: (event) => endAll(one, again, event.currentTarget).catch(report) },
        "End all of this principal…"));
    }
  }
  const values = make("div");
  const attributes = make("section", {}, make("h2", {}, plural(one.attributeCount, "attribute")));
  if (one.attributes.length > 0) {
    attributes.append(plainTable("Attributes", ["Name", "Type", "Size"],
      one.attributes.map((attribute) => [attribute.name, attribute.type, bytes(attribute.bytes)])));
    if (me.showValues) {
      const button = make("button", { type: "button", id: "show-values", onclick: () => show().catch(report) }, "Show values");
      const show = async () => {
        const shown = await call("session", { id, values: true });
        if (shown.fate !== undefined) return again();
        values.replaceChildren(...shown.attributes.flatMap((attribute) => [
          make("h3", {}, attribute.name),
          make("pre", { tabIndex: 0, role: "region", "aria-label": `Value of ${attribute.name}` }, attribute.value ?? "cannot be shown"),
        ]));
      };
      attributes.append(make("p", {}, button, " ", make("span", { className: "faint" }, "Looking at values is recorded under your name.")), values);
    }
  }
  into.append(bar,
    make("div", { className: "columns" },
      make("section", {}, make("h2", {}, "Life"), life(one)),
      make("section", {}, make("h2", {}, "Facts"), facts([
        ["Principal", one.principal ?? "nobody is signed in"],
        ["Labels", listed(one.labels)],
        ["Indexes", listed(one.indexes)],
        ["Idle timeout", one.idleTimeoutSeconds === undefined ? "none" : span(one.idleTimeoutSeconds) + (one.remembered ? " (remembered)" : "")],
        ["Rotations of the secret", number(one.rotations)],
        ["Key", make("code", {}, one.key)],
        ["TTL of the key", one.timeToLiveSeconds === undefined ? undefined : span(one.timeToLiveSeconds)],
        ["Memory", one.memory === undefined ? undefined : bytes(one.memory)],
      ]))),
    attributes, history(one.events));
}

function gone({ id, fate }) {
  return make("div", { className: "card" }, make("p", {}, make("strong", {}, `There is no session ${id}`), ". ", FATES[fate.state] ?? ""),
    facts([["Cause", fate.cause], ["Told", fate.endedAt === undefined ? undefined : whole(fate.endedAt)]]));
}
