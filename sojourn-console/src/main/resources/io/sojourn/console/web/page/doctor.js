// What the doctor finds in servers, rights and keys.
import { call } from "./api.js";
import { make, number, plural, trouble } from "./dom.js";

function finding(one) {
  return make("li", { className: `card ${one.severity}` },
    make("h2", {}, make("span", { className: "severity" }, one.severity), " ", make("code", {}, one.code), " ",
      make("span", { className: "faint" }, one.where)),
    make("p", {}, `${one.what}.`),
    make("p", {}, make("strong", {}, "Why it matters: "), `${one.why}.`),
    make("p", {}, make("strong", {}, "What to do: "), `${one.advice}.`));
}

export function doctor(into) {
  const result = make("div", { "aria-live": "polite" });
  const examine = async () => {
    button.disabled = true;
    result.replaceChildren(make("p", {}, "The doctor looks at servers, rights and keys…"));
    try {
      const found = await call("doctor");
      result.replaceChildren(
        make("p", {}, found.findings.length === 0 ? "Nothing to complain about. " : `${plural(found.findings.length, "finding")}. `,
          `${number(found.keys)} keys were looked at${found.allKeys ? "" : ", not all of them"}.`),
        make("ul", { className: "faint" }, ...found.servers.map((server) => make("li", {}, server))),
        make("ol", { className: "findings" }, ...found.findings.map(finding)));
    } catch (error) {
      result.replaceChildren(trouble(error));
    }
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();
  };
  const button = make("button", { type: "button", id: "examine", onclick: examine }, "Examine now");
  into.append(make("h1", {}, "Doctor"),
    make("p", {}, "Checks servers, the user's rights and up to 100,000 keys of each server. It changes no session; it writes one key of its own and removes it."), make("p", {}, button), result);
}
