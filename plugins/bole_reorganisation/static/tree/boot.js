// What the page came with: addresses, rights, versions and drafts, and its words in the reader's language.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const boot = read("boot");
const words = read("words");

// A word of the page, its {places} filled.
export function word(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const byId = (id) => document.getElementById(id);

// A date as the reader writes it, and a moment to the minute.
const dates = new Intl.DateTimeFormat(boot.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeZone: "UTC" });
const moments = new Intl.DateTimeFormat(boot.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: boot.timeZone });
export const dayText = (day) => dates.format(new Date(`${day}T00:00:00Z`));
export const momentText = (moment) => moments.format(new Date(moment));

// An element with attributes and children; a child that is text stays text.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, kind = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${kind}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${byId("boot").dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

// A sentence for screen readers, and for everybody at the foot of the page for a few seconds.
let hiding = 0;
export function say(text, tone = "") {
  const place = byId("said");
  place.textContent = text;
  place.dataset.tone = tone;
  place.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => place.classList.remove("shown"), 6000);
}
