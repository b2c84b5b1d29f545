// A table of any length. Only the rows that can be seen, and some around them, are in the document. More are loaded as one comes
// near the end. One row takes part in the order of Tab; arrows, Page, Home and End go to the others.
import { make, number } from "./dom.js";

const AROUND = 8;

export class LongTable {
  /**
   * @param label what the table is called
   * @param heads the names of the columns
   * @param cells gives the contents of a row's cells; the first has the link or button that takes the focus, if there is one
   * @param load gives { rows, more } of the next page
   */
  constructor(label, kind, heads, cells, load) {
    this.cells = cells;
    this.load = load;
    this.rows = [];
    this.more = true;
    this.loading = false;
    this.failed = false;
    this.current = 0;
    this.shown = new Map();
    const head = make("div", { role: "rowgroup", className: "heads" },
      make("div", { role: "row", className: "row", "aria-rowindex": "1" },
        ...heads.map((name) => make("span", { role: "columnheader" }, name))));
    this.body = make("div", { role: "rowgroup", className: "rows" });
    this.table = make("div", { role: "table", className: kind, "aria-label": label }, head, this.body);
    this.scroller = make("div", {
      className: "scroller", tabIndex: 0, role: "region", "aria-label": `${label}, scrolls`,
      onscroll: () => this.draw(), onkeydown: (event) => this.key(event),
    }, this.table);
    this.state = make("p", { className: "faint", role: "status" });
    this.element = make("div", { className: "long" }, this.state, this.scroller);
    this.watch = new ResizeObserver(() => this.draw(true));
    this.watch.observe(this.scroller);
  }

  async next() {
    if (this.loading || this.failed || !this.more || !this.element.isConnected) return;
    this.loading = true;
    this.say();
    try {
      // A page of a scan may be empty although more follow.
      const from = this.rows.length;
      do {
        const { rows, more } = await this.load();
        this.rows.push(...rows);
        this.more = more;
      } while (this.more && this.rows.length === from && this.element.isConnected);
      this.loading = false;
      this.draw();
      this.say();
    } catch (error) {
      this.failed = true; // Nothing is loaded by itself until the operator says so.
      this.loading = false;
      this.state.classList.add("trouble");
      this.state.replaceChildren(`${number(this.rows.length)} loaded. ${error.message} `,
        make("button", { type: "button", onclick: () => this.again() }, "Try again"));
    }
  }

  again() {
    this.failed = false;
    this.state.classList.remove("trouble");
    this.scroller.focus();
    this.next();
  }

  say() {
    const count = number(this.rows.length);
    this.table.setAttribute("aria-rowcount", this.more ? "-1" : String(this.rows.length + 1));
    this.state.textContent = this.loading ? `${count} loaded, loading more…`
      : this.more ? `${count} loaded; more follow as you scroll` : this.rows.length === 0 ? "None." : `All ${count} loaded`;
  }

  draw(anew = false) {
    const height = this.height();
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - AROUND);
    const last = Math.min(this.rows.length, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / height) + AROUND);
    this.body.style.height = `${this.rows.length * height}px`;
    for (const [index, row] of this.shown) {
      // A row that has the focus stays, so that the focus does.
      if ((index < first || index >= last) && !row.contains(document.activeElement)) {
        row.remove();
        this.shown.delete(index);
      } else if (anew) {
        row.style.transform = `translateY(${index * height}px)`;
      }
    }
    for (let index = first; index < last; index++) {
      if (!this.shown.has(index)) this.add(index, height);
    }
    if (last > this.rows.length - 4 * AROUND) this.next();
  }

  height() {
    return parseFloat(getComputedStyle(this.scroller).getPropertyValue("--row")) || 44;
  }

  add(index, height) {
    const row = make("div", { role: "row", className: "row", "aria-rowindex": String(index + 2) },
      ...this.cells(this.rows[index], index).map((cell) => make("span", { role: "cell" }, cell)));
    row.style.transform = `translateY(${index * height}px)`;
    const target = row.querySelector("a, button");
    if (target) {
      target.tabIndex = index === this.current ? 0 : -1;
      target.addEventListener("focus", () => this.become(index));
    }
    this.shown.set(index, row);
    // In their order, for those who hear the table.
    let after = null;
    for (const [other, element] of this.shown) {
      if (other > index && (after === null || other < after.other)) after = { other, element };
    }
    this.body.insertBefore(row, after === null ? null : after.element);
  }

  become(index) {
    const before = this.shown.get(this.current)?.querySelector("a, button");
    if (before) before.tabIndex = -1;
    this.current = index;
    const now = this.shown.get(index)?.querySelector("a, button");
    if (now) now.tabIndex = 0;
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.height()) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.current, End: this.rows.length - 1 - this.current };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey || this.rows.length === 0) return;
    event.preventDefault();
    const inside = this.body.contains(document.activeElement);
    this.go(Math.min(this.rows.length - 1, Math.max(0, inside ? this.current + step : this.current)));
  }

  go(index) {
    const height = this.height();
    const heads = this.body.offsetTop;
    const top = index * height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    const low = top + height + heads - this.scroller.clientHeight;
    if (low > this.scroller.scrollTop) this.scroller.scrollTop = low;
    this.draw();
    this.become(index);
    this.shown.get(index)?.querySelector("a, button")?.focus({ preventScroll: true });
  }
}
