// The departments of one pane, fetched as they are opened.

import { ask } from "./asking.js";

export const ROOT = "#";
const named = (code) => (code === ROOT ? "" : code);

export class Store {
  // point: gives the query of the pane's tree (draft, version, day).
  constructor(point) {
    this.point = point;
    this.clear();
  }

  clear() {
    this.nodes = new Map([[ROOT, { code: ROOT, name: "", children: 1 }]]);
    this.below = new Map();
    this.round = (this.round ?? 0) + 1; // what was asked for before belongs to another tree
  }

  node(code) {
    return this.nodes.get(code) ?? { code, name: code, children: 0, own: 0, total: 0, mark: "", note: "" };
  }

  children(code) {
    return this.below.get(code) ?? [];
  }

  has(code) {
    return this.below.has(code);
  }

  // Fetch what is right below departments, all in one question.
  async load(codes) {
    if (!codes.length) return;
    const round = this.round;
    const { below } = await ask("children", { ...this.point(), node: codes.map(named) });
    if (round !== this.round) return;
    for (const code of codes) {
      const nodes = below[named(code)] ?? [];
      this.below.set(
        code,
        nodes.map((node) => node.code),
      );
      for (const node of nodes) this.nodes.set(node.code, { ...node, parent: code });
    }
  }

  // Fetch again what has been fetched of these departments, and forget the rest that lies closed.
  async reload(open) {
    const kept = [ROOT, ...open];
    for (const code of [...this.below.keys()]) if (!kept.includes(code)) this.below.delete(code);
    await this.load(kept);
  }

  path(code) {
    const found = [];
    for (let above = this.nodes.get(code)?.parent; above && above !== ROOT; above = this.nodes.get(above)?.parent) found.unshift(above);
    return found;
  }

  // Tell whether a department is another one or lies below it.
  within(code, top) {
    return code === top || this.path(code).includes(top);
  }
}
