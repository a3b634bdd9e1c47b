// The slider over the versions, and the day: what is known by then, and of which day.

import { boot, byId, dayText, make, momentText, word } from "./boot.js";
import { announce, listen, lookAt, state, versionNow } from "./state.js";

const slider = byId("time-slider");
const day = byId("time-day");

// The last stop is now; before it lie the versions in the order of their recording.
const stop = () => (state.version ? state.versions.findIndex((each) => each.code === state.version) : state.versions.length);

function caption() {
  const version = versionNow();
  if (!version) return [make("strong", {}, word("now")), state.on && state.on !== boot.today ? word("as_on", { day: dayText(state.on) }) : word("as_today")];
  const kind = make("span", { class: `badge ${{ scheduled: "waiting", in_force: "good" }[version.state] ?? ""}` }, word(`state_${version.state}`));
  const told = [word("valid_from", { day: dayText(version.validFrom) }), word("recorded", { moment: momentText(version.recordedAt), by: version.recordedBy })];
  if (version.reason) told.push(version.reason);
  if (version.undoes) told.push(word("undoes", { code: version.undoes }));
  if (version.undoneBy) told.push(word("undone_by", { code: version.undoneBy }));
  return [make("strong", {}, version.code), kind, make("span", { class: "badge" }, word(`kind_${version.kind}`)), make("span", { class: "sub" }, told.join(" · "))];
}

function spoken() {
  const version = versionNow();
  return version ? `${version.code}, ${dayText(version.validFrom)}` : word("now");
}

function dots() {
  const last = state.versions.length;
  const shown = last > 60 ? [] : [...state.versions, { code: "", kind: "now", state: "now" }];
  const at = stop();
  return shown.map((version, place) => {
    const dot = make("li", { class: `dot ${version.state}${place === at ? " at" : ""}${version.undoneBy ? " undone" : ""}` });
    dot.style.left = `${last ? (place / last) * 100 : 100}%`;
    return dot;
  });
}

export function showTime() {
  slider.max = String(state.versions.length);
  slider.value = String(stop());
  slider.disabled = state.versions.length === 0;
  slider.setAttribute("aria-valuetext", spoken());
  day.value = state.on || versionNow()?.validFrom || boot.today;
  byId("time-caption").replaceChildren(...caption());
  byId("time-dots").replaceChildren(...dots());
  byId("time-now").hidden = !state.version && (!state.on || state.on === boot.today);
  byId("time-back").disabled = stop() <= 0;
  byId("time-on").disabled = stop() >= state.versions.length;
  const version = versionNow();
  byId("rollback").hidden = !version || !boot.may.activate;
  byId("rollback").disabled = Boolean(version?.undoneBy);
}

function go(place) {
  const version = state.versions[place];
  if ((version?.code ?? "") !== state.version) lookAt({ version: version?.code ?? "", on: "" });
}

export function startTimeline() {
  let sliding = 0;
  slider.addEventListener("input", () => {
    clearTimeout(sliding);
    slider.setAttribute("aria-valuetext", state.versions[slider.value]?.code ?? word("now"));
    sliding = setTimeout(() => go(Number(slider.value)), 120);
  });
  day.addEventListener("change", () => lookAt({ on: day.value === boot.today && !state.version ? "" : day.value }));
  byId("time-now").addEventListener("click", () => lookAt({ version: "", on: "" }));
  byId("time-back").addEventListener("click", () => go(stop() - 1));
  byId("time-on").addEventListener("click", () => go(stop() + 1));
  byId("rollback").addEventListener("click", () => announce("rollback", versionNow()));
  listen("point", showTime);
  listen("versions", showTime);
  showTime();
}
