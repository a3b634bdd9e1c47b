// What a version changed, and rolling it back.

import { boot, byId, say, word } from "./boot.js";
import { ask, tell } from "./asking.js";
import { openDialog, problemOf } from "./dialogs.js";
import { countsOf, listOf } from "./lines.js";
import { announce, listen, lookAt, readVersions, state } from "./state.js";

let round = 0;

async function show() {
  const own = ++round;
  const place = byId("version-lines");
  byId("version-card").hidden = !state.version;
  if (!state.version) return;
  byId("version-name").textContent = state.version;
  try {
    const { lines, counts } = await ask("diff", { version: state.version });
    if (own === round) place.replaceChildren(countsOf(counts), listOf(lines, (code) => announce("reveal_live", code)));
  } catch (error) {
    if (own === round) place.replaceChildren(problemOf(error));
  }
}

// One button, one confirmation: a compensating version takes back what the version changed, or brings its structure back.
async function rollBack(version) {
  const dialog = byId("rollback-dialog");
  dialog.querySelector("[data-lines]").replaceChildren(...byId("version-lines").cloneNode(true).childNodes);
  openDialog(dialog, {
    title: word("roll_back_it", { code: version.code }),
    values: { on: boot.today },
    send: async ({ how, on, reason }) => {
      const done = await tell("rollback", { code: version.code, restore: how === "restore", on, reason });
      await readVersions();
      announce("versions");
      lookAt({ version: done.version, on: "" });
      say(word("rolled_back", { code: version.code, by: done.version }), "good");
    },
  });
}

export function startHistory() {
  listen("point", show);
  listen("rollback", rollBack);
  show();
}
