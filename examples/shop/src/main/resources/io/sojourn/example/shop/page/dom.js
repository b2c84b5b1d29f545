// Small hands for the document. Text always goes in as text, never as markup: what a visitor typed stays harmless.

export const byId = (id) => document.getElementById(id);

/** Makes an element: make("p", { className: "faint" }, "text", otherElement). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name.startsWith("aria-") || name.startsWith("data-")) {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children);
  return element;
}

export const show = (element, visible) => {
  element.hidden = !visible;
};
