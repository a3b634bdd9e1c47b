// What a draft would do: its changes, conflicts with what is live, checks, and what it touches; and putting it in force.

import { boot, byId, dayText, icon, make, say, word } from "./boot.js";
import { ask, tell } from "./asking.js";
import { openDialog, problemOf } from "./dialogs.js";
import { countsOf, findingsOf, impactsOf, listOf } from "./lines.js";
import { announce, chooseDraft, draftNow, draftStands, listen, mayEdit, readDrafts, readVersions, state } from "./state.js";

const TABS = ["changes", "conflicts", "checks", "radius"];
const panel = (name) => byId(`panel-${name}`);
const from = byId("review-from");
let found = null; // the preview last read
let round = 0;
let radiusOf = "";

function count(name, number, tone = "") {
  const place = byId(`count-${name}`);
  place.textContent = number === null ? "" : String(number);
  place.className = `badge ${number ? tone : ""}`;
}

const shown = (code) => announce("reveal", code);
const serious = (findings) => findings.some((each) => each.severity === "error");

async function look() {
  const own = ++round;
  const draft = draftNow();
  radiusOf = "";
  if (!draft) return;
  try {
    const answer = await ask("preview", { on: state.from }, draft.code);
    if (own !== round) return;
    found = answer;
    show();
  } catch (error) {
    if (own !== round) return;
    found = null;
    panel("changes").replaceChildren(problemOf(error));
    for (const name of TABS) count(name, null);
    byId("activate").disabled = true;
  }
}

function show() {
  const { lines, counts, later, conflicts, findings } = found;
  from.value = found.on;
  count("changes", lines.length, "good");
  count("conflicts", conflicts.length, "bad");
  count("checks", findings.length, serious(findings) ? "bad" : "waiting");
  count("radius", null);
  panel("changes").replaceChildren(countsOf(counts), listOf(lines, shown), ...laterOf(later));
  panel("conflicts").replaceChildren(conflictsOf(conflicts));
  panel("checks").replaceChildren(findingsOf(findings, shown));
  panel("radius").replaceChildren();
  byId("activate").disabled = !draftNow() || draftNow().status !== "open";
  if (selected() === "radius") showRadius();
  announce("previewed", found);
}

function laterOf(later) {
  if (!later.length) return [];
  return [make("div", { class: "message warning" }, icon("warning"), make("div", {}, make("strong", {}, word("later")), make("ul", {}, ...later.map((each) => make("li", {}, each)))))];
}

function conflictsOf(conflicts) {
  if (!conflicts.length) return make("p", { class: "message" }, icon("check"), make("span", {}, word("no_conflicts")));
  const all = (keep) => () => resolve(conflicts.map((each) => ({ part: each.part, code: each.code, field: each.field, keep })));
  const both = make(
    "p",
    { class: "actions" },
    make("button", { class: "button quiet small", type: "button", onclick: all("draft") }, word("keep_all_mine")),
    make("button", { class: "button quiet small", type: "button", onclick: all("live") }, word("keep_all_live")),
  );
  return make("div", { class: "stack" }, conflicts.length > 1 && mayEdit() ? both : null, make("ul", { class: "conflicts" }, ...conflicts.map(conflict)));
}

const valueText = (value) => (value === null || value === undefined || value === "" ? word("nothing") : String(value));

function conflict(each) {
  const side = (keep, name, value) => {
    const inner = [make("span", { class: "sub" }, word(name)), make("strong", {}, valueText(value))];
    const act = () => resolve([{ part: each.part, code: each.code, field: each.field, keep }]);
    if (!keep || !mayEdit()) return make("div", { class: "side" }, ...inner);
    return make("div", { class: "side" }, ...inner, make("button", { class: "button small quiet", type: "button", "data-keep": keep, onclick: act }, word(keep === "draft" ? "keep_mine" : "keep_live")));
  };
  const sides = make("div", { class: "sides" }, side("", "was", each.base), side("draft", "draft_says", each.draft), side("live", "live_says", each.live));
  return make("li", { class: "conflict" }, make("p", {}, icon("warning"), make("span", {}, each.sentence)), sides);
}

async function resolve(choices) {
  const draft = draftNow();
  try {
    const { draft: now } = await tell("resolve", { choices, on: found.on, seen: draft.revision }, draft.code);
    draftStands(now);
    announce("edited", "");
    say(word("resolved"), "good");
  } catch (error) {
    panel("conflicts").prepend(problemOf(error));
  }
}

async function radius() {
  return (await ask("radius", { on: state.from }, state.draft)).impacts;
}

async function showRadius() {
  const key = `${state.draft} ${draftNow()?.revision} ${state.from}`;
  if (radiusOf === key || !draftNow()) return;
  radiusOf = key;
  panel("radius").replaceChildren(make("p", { class: "sub" }, word("counting")));
  try {
    const impacts = await radius();
    if (radiusOf !== key) return;
    panel("radius").replaceChildren(impactsOf(impacts));
    count("radius", impacts.filter((each) => each.count).length, "waiting");
  } catch (error) {
    radiusOf = "";
    panel("radius").replaceChildren(problemOf(error));
  }
}

// In force, now or on a day: what changes and what it touches are shown first.
async function activate() {
  const dialog = byId("activate-dialog");
  const draft = draftNow();
  const at = found;
  dialog.querySelector("[data-lines]").replaceChildren(countsOf(at.counts), listOf(at.lines), ...laterOf(at.later));
  dialog.querySelector("[data-radius]").replaceChildren(make("p", { class: "sub" }, word("counting")));
  dialog.querySelector("[data-day]").textContent = at.on === boot.today ? word("from_today") : word("from_day", { day: dayText(at.on) });
  const warned = at.findings.length ? [findingsOf(at.findings)] : [];
  const stands = at.conflicts.length ? "conflicts_first" : serious(at.findings) ? "errors_first" : "";
  if (stands) warned.unshift(make("p", { class: "message danger" }, icon("warning"), make("span", {}, word(stands))));
  dialog.querySelector("[data-checks]").replaceChildren(...warned);
  openDialog(dialog, {
    title: word("activate_it", { code: draft.code }),
    send: async () => {
      const { version } = await tell("activate", { on: at.on, seen: draft.revision, live: at.live }, draft.code);
      await Promise.all([readDrafts(), readVersions()]);
      chooseDraft("");
      announce("versions");
      if (state.version || state.on) announce("point");
      say(word("activated", { code: version }), "good");
    },
  });
  byId("activate-now").disabled = stands !== "";
  radius().then(
    (impacts) => dialog.querySelector("[data-radius]").replaceChildren(impactsOf(impacts)),
    (error) => dialog.querySelector("[data-radius]").replaceChildren(problemOf(error)),
  );
}

const selected = () => TABS.find((name) => byId(`tab-${name}`).getAttribute("aria-selected") === "true");

function choose(name, focus = false) {
  for (const each of TABS) {
    const tab = byId(`tab-${each}`);
    tab.setAttribute("aria-selected", String(each === name));
    tab.tabIndex = each === name ? 0 : -1;
    panel(each).hidden = each !== name;
    if (focus && each === name) tab.focus();
  }
  if (name === "radius") showRadius();
}

export function startReview() {
  for (const [place, name] of TABS.entries()) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => choose(name));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(TABS[(place + step + TABS.length) % TABS.length], true);
    });
  }
  from.addEventListener("change", () => {
    state.from = from.value;
    look();
  });
  byId("activate").addEventListener("click", activate);
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 150);
  };
  listen("draft", soon);
  listen("edited", soon);
  listen("versions", soon);
  if (state.draft) soon();
}
