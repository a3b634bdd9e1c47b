// Opens a payout's chain step by step. Without it the whole chain is readable as nested lists.

const turns = (root) => [...root.querySelectorAll(".step-turn")];
const below = (turn) => document.getElementById(turn.getAttribute("aria-controls"));
const isOpen = (turn) => turn.getAttribute("aria-expanded") === "true";
const isShown = (element) => element.offsetParent !== null;

function set(turn, open) {
  turn.setAttribute("aria-expanded", String(open));
  below(turn).hidden = !open;
}

// A step that has just been opened comes into view, also in a frame that scrolls sideways.
function reveal(turn) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  below(turn).querySelector(".step-card")?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: calm ? "auto" : "smooth" });
}

function openNext(root) {
  const next = turns(root).find((turn) => !isOpen(turn) && isShown(turn));
  if (next) {
    set(next, true);
    next.focus({ preventScroll: true });
    reveal(next);
  }
}

// Arrow keys as in any tree: right opens, left closes or goes to the parent, up and down go along.
function onKey(event, root) {
  const turn = event.target.closest(".step-turn");
  const shown = turns(root).filter(isShown);
  const place = shown.indexOf(turn);
  if (place < 0) return;
  const goes = {
    ArrowRight: () => (isOpen(turn) ? below(turn).querySelector(".step-turn")?.focus() : set(turn, true)),
    ArrowLeft: () => (isOpen(turn) ? set(turn, false) : turn.closest(".steps").closest(".step")?.querySelector(".step-turn")?.focus()),
    ArrowDown: () => shown[place + 1]?.focus(),
    ArrowUp: () => shown[place - 1]?.focus(),
    Home: () => shown[0].focus(),
    End: () => shown.at(-1).focus(),
  }[event.key];
  if (goes) {
    event.preventDefault();
    goes();
  }
}

function begin(root) {
  for (const turn of turns(root)) {
    turn.disabled = false;
    set(turn, !below(turn).hasAttribute("data-closed"));
    turn.addEventListener("click", () => {
      set(turn, !isOpen(turn));
      if (isOpen(turn)) reveal(turn);
    });
  }
  const tools = root.querySelector(".chain-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-open]")?.dataset.open;
    if (wanted === "next") openNext(root);
    else if (wanted) turns(root).forEach((turn) => set(turn, wanted === "all"));
  });
  root.addEventListener("keydown", (event) => onKey(event, root));
  root.dataset.ready = "";
}

document.querySelectorAll("[data-chain]").forEach(begin);
