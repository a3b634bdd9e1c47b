// What is looked at: a draft, a version, a day. The address of the page says it, too, so that it can be kept and sent.

import { boot } from "./boot.js";
import { ask } from "./asking.js";

const given = new URLSearchParams(location.search);

export const state = {
  versions: [...boot.versions].reverse(), // the first recorded first, as they lie on the slider
  drafts: boot.drafts,
  draft: given.get("draft") ?? "",
  version: given.get("version") ?? "",
  on: given.get("on") ?? "",
  from: "", // the day from which the draft is to be in force
};

const listeners = new Map();

export function listen(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function announce(name, ...values) {
  for (const listener of listeners.get(name) ?? []) listener(...values);
}

export const draftNow = () => state.drafts.find((draft) => draft.code === state.draft);
export const versionNow = () => state.versions.find((version) => version.code === state.version);
export const mayEdit = () => boot.may.edit && draftNow()?.status === "open";

// Where the live pane looks: now (marked with what the draft changes), or a version or day of the past.
export function livePoint() {
  const against = !state.version && !state.on ? state.draft : "";
  return { version: state.version, on: state.on, against };
}

function remember() {
  const query = new URLSearchParams(location.search);
  for (const name of ["draft", "version", "on"]) {
    if (state[name]) query.set(name, state[name]);
    else query.delete(name);
  }
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  for (const link of document.querySelectorAll(".bole-languages a")) {
    const own = new URL(link.href);
    query.set("lang", own.searchParams.get("lang"));
    link.href = `${own.pathname}?${query}`;
  }
}

export function lookAt(point) {
  Object.assign(state, point);
  remember();
  announce("point");
}

export function chooseDraft(code) {
  state.draft = code;
  state.from = "";
  remember();
  announce("draft");
}

// A draft as the server says it stands now.
export function draftStands(draft) {
  const place = state.drafts.findIndex((each) => each.code === draft.code);
  if (place < 0) state.drafts.unshift(draft);
  else state.drafts[place] = draft;
}

export async function readDrafts() {
  state.drafts = (await ask("drafts", { all: "1" })).drafts;
}

export async function readVersions() {
  state.versions = (await ask("versions")).versions.reverse();
}
