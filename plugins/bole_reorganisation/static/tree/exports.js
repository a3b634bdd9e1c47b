// The tree as a picture in pixels, drawn from the picture in vectors that the server makes.

import { byId, say } from "./boot.js";

const MOST = 8000; // px on a side; beyond that browsers draw nothing

const loaded = (address) =>
  new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error(byId("boot").dataset.offline));
    image.src = address;
  });

async function picture(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(byId("boot").dataset.offline);
  const source = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
  try {
    const image = await loaded(source);
    const scale = Math.min(2, MOST / image.naturalWidth, MOST / image.naturalHeight);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(source);
  }
}

async function save(address) {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await picture(address));
    link.download = "organisation.png";
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    say(error.message, "bad");
  }
}

export function startExports() {
  for (const name of ["live", "draft"]) byId(`${name}-png`).addEventListener("click", () => save(byId(`${name}-svg`).href));
  document.addEventListener("click", (event) => {
    for (const list of document.querySelectorAll("details.export[open]")) if (!list.contains(event.target) || event.target.closest(".export-list")) list.open = false;
  });
}
