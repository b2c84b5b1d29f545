// Questions before anything ends. The browser keeps the focus inside, closes at Escape, and gives the focus back.
import { byId } from "./dom.js";

/** Whether the operator says yes. "Cancel" has the focus first. While another question is open, the answer is no. */
export function confirmed(title, text, action) {
  const dialog = byId("confirm");
  if (dialog.open) return Promise.resolve(false);
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = action;
  return new Promise((answer) => {
    let said = false;
    byId("confirm-no").onclick = () => dialog.close();
    byId("confirm-yes").onclick = () => {
      said = true;
      dialog.close();
    };
    dialog.onclose = () => answer(said);
    dialog.showModal();
    byId("confirm-no").focus();
  });
}
