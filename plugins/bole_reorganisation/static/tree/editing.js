// Editing a draft: every edit goes to the server at once, with the revision that was seen.

import { boot, byId, icon, make, say, word } from "./boot.js";
import { ask, tell } from "./asking.js";
import { finder, openDialog, problemOf } from "./dialogs.js";
import { announce, draftNow, draftStands, mayEdit, state } from "./state.js";

const PART = "department";
let cut = "";
let pane = null;

export const isCut = (code) => cut !== "" && cut === code;

// Send edits; what somebody else changed meanwhile is shown, and nothing is lost.
async function edit(edits, done) {
  const draft = draftNow();
  const { draft: now } = await tell("edit", { edits, seen: draft.revision }, draft.code);
  draftStands(now);
  announce("edited", edits[0].code, edits[0].values?.parent);
  if (done) say(done, "good");
}

// An edit without a dialog (a drop, a paste): a refusal opens one.
async function editNow(edits, done) {
  try {
    await edit(edits, done);
  } catch (error) {
    if (error.isConflict) meanwhile(error, edits, done);
    else {
      say(error.message, "bad");
      refused(error);
    }
  }
}

function refused(error) {
  const dialog = byId("refused-dialog");
  dialog.querySelector("[data-told]").replaceChildren(problemOf(error));
  byId("refused-reload").hidden = byId("refused-again").hidden = true;
  dialog.showModal();
}

// Somebody else was faster: who, when and both values; then read the record again, or write it nevertheless.
function meanwhile(error, edits, done) {
  const dialog = byId("refused-dialog");
  const { code } = edits[0];
  dialog.querySelector("[data-told]").replaceChildren(problemOf(error));
  const [reload, again] = [byId("refused-reload"), byId("refused-again")];
  reload.hidden = again.hidden = false;
  reload.onclick = async () => {
    dialog.close();
    await standsNow();
    announce("edited", code);
  };
  again.onclick = async () => {
    dialog.close();
    await standsNow();
    await editNow(edits, done);
  };
  dialog.showModal();
}

async function standsNow() {
  const { drafts } = await ask("drafts", { all: "1" });
  for (const draft of drafts) draftStands(draft);
}

// An edit from a dialog: conflicts move on to their own dialog.
async function editFrom(edits, done) {
  try {
    await edit(edits, done);
  } catch (error) {
    if (!error.isConflict) throw error;
    queueMicrotask(() => meanwhile(error, edits, done));
  }
}

const nameOf = (zh, en, code) => (boot.language === "zh" ? zh || en : en || zh) || code.trim();

const said = (code, values) => [{ part: PART, code, values }];

export function move(code, onto) {
  const { name } = pane.store.node(code);
  cut = "";
  return editNow(said(code, { parent: onto }), word("moved_to", { name, to: pane.store.node(onto).name }));
}

async function undo(code) {
  const draft = draftNow();
  try {
    const { draft: now } = await tell("undo", { keys: [[PART, code]], seen: draft.revision }, draft.code);
    draftStands(now);
    announce("edited", code);
    say(word("undone", { name: pane.store.node(code).name }), "good");
  } catch (error) {
    refused(error);
  }
}

function add(parent) {
  const title = word("add_below", { name: pane.store.node(parent).name });
  openDialog(byId("add-dialog"), {
    title,
    send: async ({ code, name_zh, name_en }) => {
      const edits = [{ part: PART, code: code.trim(), values: { name_zh, name_en, parent }, begins: true }];
      await editFrom(edits, word("added_now", { name: nameOf(name_zh, name_en, code) }));
    },
  });
}

function rename(code) {
  const { name, names = {} } = pane.store.node(code);
  openDialog(byId("rename-dialog"), {
    title: word("rename_it", { name }),
    values: { name_zh: names.zh, name_en: names.en },
    send: ({ name_zh, name_en }) => editFrom(said(code, { name_zh, name_en }), word("renamed_now", { name: nameOf(name_zh, name_en, code) })),
  });
}

// Close a department; what is in it goes to another one with the same edit, where one is chosen.
function close(code) {
  const { name } = pane.store.node(code);
  const send = async ({ into, target }) => {
    if (!target.trim()) return editFrom(said(code, null), word("closed_now", { name }));
    const draft = draftNow();
    const { draft: now } = await tell("close", { code, into: into || target.trim(), seen: draft.revision }, draft.code);
    draftStands(now);
    announce("edited", code, into || target.trim());
    say(word("closed_into", { name, to: target }), "good");
  };
  openDialog(byId("close-dialog"), { title: word("close_it", { name }), send });
}

function head(code) {
  const { name, head: number, headName } = pane.store.node(code);
  openDialog(byId("head-dialog"), {
    title: word("head_of", { name }),
    values: { head: number ?? "", person: headName ?? "" },
    send: ({ head: chosen, person }) => editFrom(said(code, { head: person.trim() ? chosen || person.trim() : null }), word("head_now", { name })),
  });
}

export function moveTo(code) {
  const { name } = pane.store.node(code);
  openDialog(byId("move-dialog"), {
    title: word("move_it", { name }),
    send: ({ parent, place }) => editFrom(said(code, { parent: parent || place.trim() }), word("moved_to", { name, to: place })),
  });
}

// What one can do with a department, in the order of the menu.
function actions(code) {
  const node = pane.store.node(code);
  const open = node.mark !== "closed";
  return [
    open && ["plus", "act_add", () => add(code), "Insert"],
    open && ["edit", "act_rename", () => rename(code), "F2"],
    open && ["user", "act_head", () => head(code), ""],
    open && ["move", "act_move", () => moveTo(code), ""],
    open && ["cut", "act_cut", () => take(code), "Ctrl X"],
    open && cut && pane.takes(cut, code) && ["paste", "act_paste", () => move(cut, code), "Ctrl V"],
    node.mark && ["undo", "act_undo", () => undo(code), ""],
    open && ["close", "act_close", () => close(code), "Delete"],
  ].filter(Boolean);
}

function take(code) {
  cut = code;
  say(word("cut_now", { name: pane.store.node(code).name }));
  pane.draw();
}

export function menu(code, anchor) {
  const list = byId("tree-menu");
  const entries = actions(code).map(([sign, key, act, keys]) =>
    make("button", { type: "button", role: "menuitem", tabindex: "-1", "data-act": key, onclick: () => (list.hidePopover(), act()) }, icon(sign), make("span", {}, word(key)), make("kbd", {}, keys)),
  );
  list.replaceChildren(...entries);
  list.showPopover();
  const { left, right, bottom, top } = anchor.getBoundingClientRect();
  const width = list.offsetWidth;
  const height = list.offsetHeight;
  list.style.left = `${Math.max(8, Math.min(anchor.matches(".tree-row") ? left + 48 : right - width, innerWidth - width - 8))}px`;
  list.style.top = `${bottom + height > innerHeight - 8 ? Math.max(8, top - height) : bottom + 2}px`;
  entries[0]?.focus();
}

// The keys of the tree in a draft; true when one was meant for it.
export function key(event, code) {
  if (!mayEdit()) return false;
  const control = event.ctrlKey || event.metaKey;
  const open = pane.store.node(code).mark !== "closed";
  const row = pane.rows.get(code);
  if (event.key === "Enter" || event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) return menu(code, row), true;
  if (event.key === "Escape" && cut) return (cut = ""), pane.draw(), true;
  if (!open) return false;
  if (event.key === "Insert") return add(code), true;
  if (event.key === "F2") return rename(code), true;
  if (event.key === "Delete") return close(code), true;
  if (control && event.key.toLowerCase() === "x") return take(code), true;
  if (control && event.key.toLowerCase() === "v" && cut) {
    if (pane.takes(cut, code)) move(cut, code);
    else say(word("not_there"), "bad");
    return true;
  }
  return false;
}

function onMenuKey(event) {
  const list = byId("tree-menu");
  const entries = [...list.children];
  const place = entries.indexOf(document.activeElement);
  const goes = { ArrowDown: place + 1, ArrowUp: place - 1 + entries.length, Home: 0, End: entries.length - 1 };
  if (event.key in goes) {
    event.preventDefault();
    entries[goes[event.key] % entries.length].focus();
  } else if (event.key === "Tab") list.hidePopover();
}

export function startEditing(draftPane) {
  pane = draftPane;
  const list = byId("tree-menu");
  list.addEventListener("keydown", onMenuKey);
  list.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && !document.querySelector("dialog[open]")) pane.tree.updateDomFocus();
  });
  const { person, head: number } = byId("head-dialog").querySelector("form").elements;
  const people = async (q) => (await ask("people", { q })).found.map((each) => ({ value: each.number, label: each.name, sub: each.number }));
  finder(person, byId("head-found"), people, ({ value, label }) => ([number.value, person.value] = [value, label]));
  person.addEventListener("input", () => (number.value = ""));
  const { place, parent } = byId("move-dialog").querySelector("form").elements;
  const places = async (q) => (await ask("search", { q, draft: state.draft })).found.map((each) => ({ value: each.code, label: each.name, sub: each.code }));
  finder(place, byId("move-found"), places, ({ value, label }) => ([parent.value, place.value] = [value, label]));
  place.addEventListener("input", () => (parent.value = ""));
  const { target, into } = byId("close-dialog").querySelector("form").elements;
  finder(target, byId("close-found"), places, ({ value, label }) => ([into.value, target.value] = [value, label]));
  target.addEventListener("input", () => (into.value = ""));
  byId("move-dialog").dataset.language = boot.language;
}
