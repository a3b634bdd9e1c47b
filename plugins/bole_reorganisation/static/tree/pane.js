// One pane with a tree: the library knows what is open, focused and dragged; here the rows in sight are drawn.

import { createTree, dragAndDropFeature, hotkeysCoreFeature, syncDataLoaderFeature } from "../vendor/headless-tree/index.mjs";
import { say } from "./boot.js";
import { ROOT, Store } from "./store.js";
import { paint, rowOf } from "./rows.js";

const ROW = 52; // px, as in tree.css
const BEYOND = 6; // rows drawn above and below what is in sight

export class Pane {
  // element: the frame that scrolls. does: {mayEdit, move, menu, key}, what the page does with a department.
  constructor(element, label, point, does) {
    this.frame = element;
    this.does = does;
    this.store = new Store(point);
    this.rows = new Map();
    this.list = element.querySelector("[data-tree]");
    this.tree = createTree({
      rootItemId: ROOT,
      features: [syncDataLoaderFeature, hotkeysCoreFeature, dragAndDropFeature],
      dataLoader: { getItem: (code) => this.store.node(code), getChildren: (code) => this.store.children(code) },
      getItemName: (item) => item.getItemData().name,
      isItemFolder: (item) => item.getItemData().children > 0,
      initialState: { expandedItems: [], focusedItem: null },
      setState: () => this.draw(),
      setExpandedItems: (open) => this.opened(open),
      setFocusedItem: () => this.draw(),
      setDndState: () => this.draw(),
      scrollToItem: (item) => this.show(item.getItemMeta().index),
      canReorder: false,
      canDrag: ([item]) => this.does.mayEdit() && item.getItemData().mark !== "closed",
      canDrop: ([item], { item: onto }) => this.takes(item.getId(), onto.getId()),
      onDrop: ([item], { item: onto }) => this.does.move(item.getId(), onto.getId()),
      createForeignDragObject: ([item]) => ({ format: "text/plain", data: item.getId(), effectAllowed: "move" }),
      openOnDropDelay: 600,
      indent: 1,
    });
    this.own(this.tree.getContainerProps(label));
    this.tree.setMounted(true);
    element.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(element);
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  own({ ref, style, ...rest }) {
    for (const [name, value] of Object.entries(rest)) {
      if (name.startsWith("on")) this.list.addEventListener(name.slice(2).toLowerCase(), value);
      else this.list.setAttribute(name, value);
    }
    ref(this.list);
  }

  takes(code, onto) {
    const { store } = this;
    return onto !== ROOT && store.node(code).parent !== onto && store.node(onto).mark !== "closed" && !store.within(onto, code);
  }

  get open() {
    return this.tree.getState().expandedItems;
  }

  // Fetch what lies below departments that have just been opened.
  opened(open) {
    const missing = open.filter((code) => !this.store.has(code) && this.store.node(code).children > 0);
    if (!missing.length) return;
    this.store
      .load(missing)
      .then(() => this.tree.rebuildTree())
      .catch((error) => say(error.message, "bad"));
  }

  // Show another tree from its top, two steps open, or as far as `open` says.
  async fill(open = []) {
    this.store.clear();
    this.frame.setAttribute("aria-busy", "true");
    try {
      await this.store.load([ROOT, ...open]);
      const roots = this.store.children(ROOT);
      const wanted = [...new Set([...roots.slice(0, 3), ...open])].filter((code) => this.store.node(code).children > 0);
      await this.store.load(wanted.filter((code) => !this.store.has(code)));
      this.set(wanted.filter((code) => this.store.nodes.has(code)));
    } finally {
      this.frame.removeAttribute("aria-busy");
    }
  }

  // Read again what is in sight, with what is open staying open.
  async reload() {
    await this.store.reload(this.open);
    this.set(this.open.filter((code) => this.store.nodes.has(code)));
  }

  set(open) {
    const { focusedItem } = this.tree.getState();
    this.tree.applySubStateUpdate("expandedItems", open);
    if (focusedItem && !this.store.nodes.has(focusedItem)) this.tree.applySubStateUpdate("focusedItem", null);
    this.tree.rebuildTree();
  }

  // Open the way to a department and put the focus on it.
  async reveal(code, path) {
    await this.store.load(path.filter((each) => !this.store.has(each)));
    this.set([...new Set([...this.open, ...path])]);
    const item = this.tree.getItemInstance(code);
    if (item.getItemMeta().index < 0) return false;
    item.setFocused();
    this.tree.updateDomFocus();
    return true;
  }

  show(index) {
    if (index < 0) return;
    const top = index * ROW;
    const { scrollTop, clientHeight } = this.frame;
    if (top < scrollTop) this.frame.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.frame.scrollTop = top + ROW - clientHeight;
    this.paint();
  }

  toggle(item) {
    if (!item.isFolder()) return;
    if (item.isExpanded()) item.collapse();
    else item.expand();
  }

  key(event) {
    const row = event.target.closest("[role=treeitem]");
    if (!row) return;
    const item = this.tree.getItemInstance(row.dataset.code);
    if (event.key === " " && item.isFolder()) {
      event.preventDefault();
      this.toggle(item);
    } else if (this.does.key(event, item.getId())) {
      event.preventDefault();
    } else if (["Home", "End", "PageUp", "PageDown"].includes(event.key)) {
      event.preventDefault();
    }
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => this.paint());
  }

  // Draw the rows in sight, and the one with the focus wherever it is.
  paint() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    const items = this.tree.getItems();
    const first = Math.max(0, Math.floor(this.frame.scrollTop / ROW) - BEYOND);
    const last = Math.min(items.length, Math.ceil((this.frame.scrollTop + this.frame.clientHeight) / ROW) + BEYOND);
    const wanted = new Set(items.slice(first, last));
    if (items.length) wanted.add(this.tree.getFocusedItem());
    this.list.style.height = `${items.length * ROW}px`;
    this.drop(wanted);
    for (const item of wanted) this.place(item);
    this.frame.parentElement.classList.toggle("tree-empty", !items.length && this.store.has(ROOT));
  }

  drop(wanted) {
    const kept = new Set([...wanted].map((item) => item.getId()));
    for (const [code, row] of this.rows) {
      if (kept.has(code)) continue;
      this.tree.getItemInstance(code).registerElement(null);
      row.remove();
      this.rows.delete(code);
    }
  }

  place(item) {
    const { index } = item.getItemMeta();
    if (index < 0) return;
    let row = this.rows.get(item.getId());
    if (!row) {
      row = rowOf(this, item);
      this.rows.set(item.getId(), row);
      this.list.append(row);
      item.registerElement(row);
    }
    row.style.transform = `translateY(${index * ROW}px)`;
    paint(row, item, this);
  }
}
