// What a version changed, and rolling it back.

import { boot, byId, make, say, word } from "./boot.js";
import { ask, tell } from "./asking.js";
import { openDialog, problemOf } from "./dialogs.js";
import { countsOf, listOf } from "./lines.js";
import { announce, listen, lookAt, readVersions, state } from "./state.js";

let round = 0;
let foreseen = 0;

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

// What rolling back would do, by the server's own reckoning, or why it cannot be done.
async function foresee(dialog, version) {
  const place = dialog.querySelector("[data-lines]");
  const own = ++foreseen;
  const how = dialog.querySelector("[name=how]:checked").value;
  place.replaceChildren(make("p", { class: "sub" }, word("counting")));
  try {
    const { lines, counts } = await ask("foresee", { code: version.code, how, on: dialog.querySelector("[name=on]").value });
    if (own === foreseen) place.replaceChildren(make("p", { class: "sub" }, word("would_change")), countsOf(counts), listOf(lines));
  } catch (error) {
    if (own === foreseen) place.replaceChildren(problemOf(error));
  }
}

// One button, one confirmation: a compensating version takes back what the version changed, or brings its structure back.
async function rollBack(version) {
  const dialog = byId("rollback-dialog");
  for (const field of dialog.querySelectorAll("[name=how], [name=on]")) field.onchange = () => foresee(dialog, version);
  openDialog(dialog, {
    title: word("roll_back_it", { code: version.code }),
    values: { on: boot.today },
    send: async ({ how, on, reason }) => {
      const done = await tell("rollback", { code: version.code, restore: how === "restore", on, reason });
      await readVersions();
      announce("versions");
      lookAt({ version: done.version, on: "" });
      say(word(how === "restore" ? "restored" : "rolled_back", { code: version.code, by: done.version }), "good");
    },
  });
  await foresee(dialog, version);
}

export function startHistory() {
  listen("point", show);
  listen("rollback", rollBack);
  show();
}
