// Dialogs: asked, sent, and open for as long as the server refuses.

import { icon, make, momentText, word } from "./boot.js";

// A refusal in full: what happened, all that is wrong, what to do next.
export function problemOf(error) {
  if (error.others?.length) return othersOf(error.others);
  const body = make("div", {}, make("strong", {}, error.message));
  if (error.problems?.length) {
    body.append(make("ul", {}, ...error.problems.map((each) => make("li", {}, [each.value, each.column, each.reason].filter(Boolean).join(" · ")))));
  }
  if (error.hint) body.append(make("p", {}, error.hint));
  return make("div", { class: `message ${error.isConflict ? "warning" : "danger"}`, role: "alert" }, icon("warning"), body);
}

const valueText = (value) => (value === null || value === undefined || value === "" ? word("nothing") : String(value));

// What somebody else did meanwhile: who, when, and both values of every field.
function othersOf(others) {
  const one = (each) => {
    const who = make("p", {}, word("edited_it", { by: each.by, moment: momentText(each.at), code: each.code }));
    if (!each.field) return make("li", { class: "other" }, who);
    const side = (key, value) => make("div", { class: "side" }, make("span", { class: "sub" }, word(key)), make("strong", {}, valueText(value)));
    return make("li", { class: "other" }, who, make("p", { class: "sub" }, word(`field_${each.field}`)), make("div", { class: "sides" }, side("theirs", each.theirs), side("mine", each.mine)));
  };
  const title = make("p", {}, icon("warning"), make("span", {}, word("meanwhile")));
  return make("div", { class: "conflict", role: "alert" }, title, make("ul", { class: "others" }, ...others.map(one)));
}

// Show a dialog with its form filled; `send` takes the form's values, and the dialog closes when it has done its work.
export function openDialog(dialog, { values = {}, title = "", send }) {
  const form = dialog.querySelector("form");
  const place = dialog.querySelector("[data-problem]");
  form.reset();
  place.replaceChildren();
  if (title) dialog.querySelector("h2").textContent = title;
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (field) field.value = value ?? "";
  }
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (event.submitter?.value === "cancel") return dialog.close();
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    place.replaceChildren();
    try {
      await send(Object.fromEntries(new FormData(form)));
      dialog.close();
    } catch (error) {
      place.replaceChildren(problemOf(error));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  };
  if (!dialog.open) dialog.showModal();
}

for (const dialog of document.querySelectorAll("dialog")) {
  for (const button of dialog.querySelectorAll("[data-cancel]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

// A field that finds while one types, with a list to choose from; `find` returns [{value, label, sub}].
export function finder(input, list, find, chosen) {
  let round = 0;
  let found = [];
  let at = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");

  const shut = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    at = place;
    for (const [index, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(index === at));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const take = (place) => {
    if (!found[place]) return;
    chosen(found[place]);
    shut();
  };
  const option = (each, index) => {
    const name = make("span", {}, each.label);
    const line = make("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" }, name, make("code", {}, each.sub ?? ""));
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(index);
    });
    return line;
  };
  const look = async () => {
    const own = ++round;
    const text = input.value.trim();
    if (!text) return shut();
    const answer = await find(text).catch(() => []);
    if (own !== round) return;
    found = answer;
    list.replaceChildren(...(found.length ? found.map(option) : [make("li", { class: "none" }, word("nothing_found"))]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  };

  let typing = 0;
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(look, 180);
  });
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      shut();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(at);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    }
  });
  shut();
}
