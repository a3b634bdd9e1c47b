// The department tree page: two panes, a slider, a draft bar; what changes in one place is announced to the others.

import { boot, byId, say, word } from "./boot.js";
import { address, ask } from "./asking.js";
import { finder } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { isCut, key, menu, move, startEditing } from "./editing.js";
import { startExports } from "./exports.js";
import { startHistory } from "./history.js";
import { Pane } from "./pane.js";
import { startReview } from "./review.js";
import { draftNow, listen, livePoint, mayEdit, state } from "./state.js";
import { startTimeline } from "./timeline.js";

const page = byId("tree-page");
const never = () => false;
const READ_ONLY = { mayEdit: never, move: never, menu: never, key: never, isCut: never };
const live = new Pane(byId("live-frame"), word("live_tree"), livePoint, READ_ONLY);
const draft = new Pane(byId("draft-frame"), word("draft_tree"), () => ({ draft: state.draft }), { mayEdit, move, menu, key, isCut });

const failed = (error) => say(error.message, "bad");

// On a narrow window one pane is shown at a time.
function turnTo(name) {
  page.dataset.shown = name;
  for (const each of ["live", "draft"]) byId(`turn-${each}`).setAttribute("aria-pressed", String(each === name));
  live.draw();
  draft.draw();
}

function frame() {
  const chosen = draftNow();
  page.classList.toggle("with-draft", Boolean(chosen));
  byId("draft-title").textContent = chosen?.title || chosen?.code || "";
  byId("live-title").textContent = state.version ? word("version_tree", { code: state.version }) : word("live_tree");
  const point = { version: state.version, on: state.on };
  for (const kind of ["csv", "svg"]) {
    byId(`live-${kind}`).href = address(`export_${kind}`, point);
    byId(`draft-${kind}`).href = chosen ? address(`export_${kind}`, { draft: state.draft }) : "#";
  }
}

async function reveal(pane, code, given = null) {
  const point = pane === live ? { version: state.version, on: state.on } : { draft: state.draft };
  const path = given ?? (await ask("search", { q: code, ...point })).found.find((each) => each.code === code)?.path;
  if (path) await pane.reveal(code, path);
}

async function found(each) {
  const pane = draftNow() && page.dataset.shown === "draft" ? draft : live;
  await reveal(pane, each.value, each.path).catch(failed);
}

function startSearch() {
  const input = byId("tree-search");
  const find = async (q) => {
    const point = draftNow() && page.dataset.shown === "draft" ? { draft: state.draft } : { version: state.version, on: state.on };
    return (await ask("search", { q, ...point })).found.map((each) => ({ value: each.code, label: each.name, sub: each.code, path: each.path }));
  };
  finder(input, byId("tree-found"), find, (each) => {
    input.value = each.label;
    found(each);
  });
}

listen("draft", () => {
  frame();
  turnTo(draftNow() ? "draft" : "live");
  if (draftNow()) draft.fill(live.open).catch(failed);
  if (!state.version && !state.on) live.fill(live.open).catch(failed);
});
// The place where an edited department is now is opened for it.
listen("edited", (code, parent) => {
  frame();
  draft
    .reload()
    .then(() => parent && draft.reveal(code, [...draft.store.path(parent), parent]))
    .catch(failed);
  if (!state.version && !state.on) live.reload().catch(failed);
});
listen("drafts", frame);
listen("point", () => {
  frame();
  live.fill(live.open).catch(failed);
});
listen("reveal", (code) => reveal(draft, code).catch(failed));
listen("reveal_live", (code) => reveal(live, code).catch(failed));

for (const name of ["live", "draft"]) byId(`turn-${name}`).addEventListener("click", () => turnTo(name));
startTimeline();
startDrafts();
startEditing(draft);
startReview();
startHistory();
startSearch();
startExports();
frame();
turnTo(draftNow() ? "draft" : "live");
live.fill().catch(failed);
if (draftNow()) draft.fill().catch(failed);
page.dataset.language = boot.language;
