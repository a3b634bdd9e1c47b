// A department's row: its name, what happens to it, who leads it, how many people it has.

import { icon, make, word } from "./boot.js";

const MARKS = { added: "plus", closed: "close", moved: "move", renamed: "edit", head_changed: "user", altered: "edit", merged: "merge", split: "split" };

// A row without content yet; the library's handlers are bound to its item, which lives as long as the pane.
export function rowOf(pane, item) {
  const row = make("div", { class: "tree-row" });
  for (const [name, value] of Object.entries(item.getProps())) {
    if (name.startsWith("on") && name !== "onClick") row.addEventListener(name.slice(2).toLowerCase(), value);
  }
  row.addEventListener("focus", () => item.isFocused() || item.setFocused());
  row.addEventListener("click", (event) => {
    item.setFocused();
    row.focus({ preventScroll: true });
    if (event.target.closest(".tree-turn")) pane.toggle(item);
    else if (event.target.closest(".tree-more")) pane.does.menu(item.getId(), event.target.closest(".tree-more"));
  });
  row.addEventListener("dblclick", () => pane.toggle(item));
  row.addEventListener("contextmenu", (event) => {
    if (!pane.does.mayEdit()) return;
    event.preventDefault();
    item.setFocused();
    pane.does.menu(item.getId(), row);
  });
  return row;
}

const ATTRIBUTES = ["role", "aria-setsize", "aria-posinset", "aria-level", "aria-expanded"];

export function paint(row, item, pane) {
  const node = item.getItemData();
  const props = item.getProps();
  for (const name of ATTRIBUTES) {
    if (props[name] === undefined) row.removeAttribute(name);
    else if (row.getAttribute(name) !== String(props[name])) row.setAttribute(name, props[name]);
  }
  row.setAttribute("aria-selected", String(item.isFocused()));
  row.tabIndex = item.isFocused() ? 0 : -1;
  row.draggable = pane.does.mayEdit() && node.mark !== "closed";
  row.classList.toggle("drop-here", item.isUnorderedDragTarget());
  row.classList.toggle("dragged", pane.tree.getState().dnd?.draggedItems?.includes(item) ?? false);
  row.classList.toggle("cut", pane.does.isCut(node.code));
  row.style.setProperty("--level", item.getItemMeta().level);
  const loading = item.isExpanded() && node.children > 0 && !pane.store.has(node.code);
  const told = JSON.stringify([node, pane.does.mayEdit(), loading]);
  if (row.dataset.told === told) return;
  row.dataset.told = told;
  row.dataset.code = node.code;
  row.dataset.mark = node.mark;
  row.classList.toggle("loading", loading);
  row.setAttribute("aria-label", spoken(node));
  row.replaceChildren(turn(node), content(node), ...more(node, pane));
}

// The row in one sentence, for those who hear it.
function spoken(node) {
  const parts = [node.name, node.code];
  if (node.mark) parts.push(word(`mark_${node.mark}`), node.note);
  if (node.headName) parts.push(word("head_is", { name: node.headName }));
  parts.push(word("people_below", { count: node.total }));
  return parts.filter(Boolean).join(", ");
}

function turn(node) {
  const shown = make("span", { class: "tree-turn", "aria-hidden": "true" });
  if (node.children > 0) shown.append(icon("right", "turn"));
  return shown;
}

function content(node) {
  const first = make("span", { class: "tree-first" }, make("span", { class: "tree-name" }, node.name));
  if (node.mark) first.append(make("span", { class: `tree-mark ${node.mark}` }, icon(MARKS[node.mark] ?? "edit"), word(`mark_${node.mark}`)));
  const second = make("span", { class: "tree-second" }, make("code", {}, node.code));
  if (node.mark && node.note) second.append(make("span", { class: "tree-note", title: node.note }, node.note));
  else if (node.headName) second.append(make("span", { class: "tree-head" }, icon("user"), node.headName));
  const people = make("span", { class: "tree-people", title: word("people_own", { own: node.own, total: node.total }) }, icon("people"), String(node.total));
  return make("span", { class: "tree-content", "aria-hidden": "true" }, make("span", { class: "tree-lines" }, first, second), people);
}

function more(node, pane) {
  if (!pane.does.mayEdit()) return [];
  return [make("button", { class: "tree-more", type: "button", tabindex: "-1", "aria-label": word("actions_of", { name: node.name }) }, icon("more"))];
}
