// Lines of a diff in words, with their colour, sign and word; and other lists of sentences.

import { icon, make, word } from "./boot.js";

const SIGNS = { added: "plus", closed: "close", moved: "move", renamed: "edit", head_changed: "user", merged: "merge", split: "split" };
const FOLDED = 60; // so many lines are shown before one asks for more

function line(each, show) {
  const mark = make("span", { class: `tree-mark ${each.verb}` }, icon(SIGNS[each.verb] ?? "edit"), word(`mark_${each.verb}`));
  const text = make("span", { class: "line-text" }, each.sentence);
  const entry = make("li", { class: each.follows ? "line follows" : "line", "data-code": each.code }, mark, text);
  if (show && each.part === "department" && each.verb !== "closed") {
    entry.append(make("button", { class: "line-show", type: "button", "aria-label": word("show_in_tree", { name: each.name }), onclick: () => show(each.code) }, icon("search")));
  }
  return entry;
}

// A list of lines; many are folded behind a button.
export function listOf(lines, show = null, empty = word("no_changes")) {
  if (!lines.length) return make("p", { class: "sub" }, empty);
  const list = make("ul", { class: "lines" }, ...lines.slice(0, FOLDED).map((each) => line(each, show)));
  if (lines.length <= FOLDED) return list;
  const rest = lines.slice(FOLDED);
  const button = make("button", { class: "button quiet small", type: "button" }, word("show_more", { count: rest.length }));
  button.addEventListener("click", () => {
    list.append(...rest.map((each) => line(each, show)));
    button.remove();
  });
  return make("div", { class: "stack" }, list, button);
}

// How often each verb occurs: what one reads first.
export function countsOf(counts) {
  return make(
    "p",
    { class: "counts" },
    ...Object.entries(counts).map(([verb, count]) => make("span", { class: `tree-mark ${verb}` }, icon(SIGNS[verb] ?? "edit"), `${word(`mark_${verb}`)} ${count}`)),
  );
}

export function findingsOf(findings, show = null) {
  if (!findings.length) return make("p", { class: "message" }, icon("check"), make("span", {}, word("no_findings")));
  return make(
    "ul",
    { class: "lines" },
    ...findings.map((each) => {
      const tone = each.severity === "error" ? "bad" : "waiting";
      const entry = make("li", { class: "line" }, make("span", { class: `badge ${tone}` }, word(`severity_${each.severity}`)), make("span", { class: "line-text" }, each.message));
      if (show && each.part === "department" && each.key) {
        entry.append(make("button", { class: "line-show", type: "button", "aria-label": word("show_in_tree", { name: each.key }), onclick: () => show(each.key) }, icon("search")));
      }
      return entry;
    }),
  );
}

export function impactsOf(impacts) {
  const touched = impacts.filter((each) => each.count > 0);
  if (!touched.length) return make("p", { class: "sub" }, word("no_impacts"));
  return make(
    "div",
    { class: "impacts" },
    ...touched.map((each) =>
      make(
        "details",
        { class: "impact" },
        make("summary", {}, make("strong", {}, String(each.count)), make("span", {}, each.label), icon("down", "turn")),
        make("ul", { class: "plain" }, ...each.items.map((item) => make("li", {}, item)), each.count > each.items.length ? make("li", { class: "sub" }, word("and_more", { count: each.count - each.items.length })) : null),
      ),
    ),
  );
}
