// The bar of drafts: choose one, start one, put one away, take one up again.

import { boot, byId, dayText, make, momentText, say, word } from "./boot.js";
import { tell } from "./asking.js";
import { openDialog } from "./dialogs.js";
import { announce, chooseDraft, draftNow, draftStands, listen, readDrafts, state } from "./state.js";

const choice = byId("draft-choice");
const option = (draft) => make("option", { value: draft.code }, draft.title ? `${draft.code} · ${draft.title}` : draft.code);

export function showDrafts() {
  const open = state.drafts.filter((draft) => draft.status === "open");
  const others = state.drafts.filter((draft) => draft.status === "archived" || (draft.code === state.draft && draft.status !== "open"));
  const entries = [make("option", { value: "" }, word("no_draft")), ...open.map(option)];
  if (others.length) entries.push(make("optgroup", { label: word("archived_drafts") }, ...others.map(option)));
  choice.replaceChildren(...entries);
  choice.value = state.draft;
  const draft = draftNow();
  byId("draft-told").replaceChildren(...(draft ? told(draft) : []));
  byId("draft-archive").hidden = !draft || draft.status !== "open" || !boot.may.edit;
  byId("draft-reopen").hidden = !draft || draft.status !== "archived" || !boot.may.edit;
  byId("draft-start").hidden = !boot.may.edit;
}

function told(draft) {
  const state = make("span", { class: `badge ${draft.status === "open" ? "waiting" : ""}` }, word(`status_${draft.status}`));
  const parts = [word("based_on", { day: dayText(draft.baseDay) }), word("edited", { moment: momentText(draft.editedAt), by: draft.editedBy })];
  if (draft.reason) parts.push(draft.reason);
  return [state, make("span", { class: "sub" }, parts.join(" · "))];
}

function start() {
  openDialog(byId("start-dialog"), {
    values: { on: boot.today },
    send: async (given) => {
      const { draft } = await tell("start", { ...given, code: given.code.trim() });
      draftStands(draft);
      chooseDraft(draft.code);
      say(word("started", { code: draft.code }), "good");
    },
  });
}

async function status(place, done) {
  try {
    const { draft } = await tell(place, {}, state.draft);
    draftStands(draft);
    await readDrafts();
    chooseDraft(place === "archive" ? "" : draft.code);
    say(word(done, { code: draft.code }), "good");
  } catch (error) {
    say(error.message, "bad");
  }
}

export function startDrafts() {
  choice.addEventListener("change", () => chooseDraft(choice.value));
  byId("draft-start").addEventListener("click", start);
  for (const button of document.querySelectorAll("[data-start-draft]")) button.addEventListener("click", start);
  byId("draft-archive").addEventListener("click", () => status("archive", "archived_now"));
  byId("draft-reopen").addEventListener("click", () => status("reopen", "reopened_now"));
  listen("draft", showDrafts);
  listen("edited", showDrafts);
  showDrafts();
  if (!boot.may.see) return;
  readDrafts().then(() => {
    showDrafts();
    if (state.draft && !draftNow()) chooseDraft("");
    else announce("drafts");
  });
}
