// Says how many rows are chosen, and chooses all of a page at once.

const form = document.getElementById("act");
const all = document.getElementById("choose-all");
const count = document.getElementById("chosen-count");
const rows = [...document.querySelectorAll('input[name="row"]')];
const buttons = [...document.querySelectorAll(".act-bar button")];
const before = count.textContent;

function tell() {
  const chosen = rows.filter((row) => row.checked).length;
  count.textContent = chosen ? form.dataset.chosen.replace("%(count)s", chosen.toLocaleString()) : before;
  buttons.forEach((button) => (button.disabled = !chosen));
  all.checked = chosen === rows.length;
  all.indeterminate = chosen > 0 && chosen < rows.length;
}

all.hidden = false;
all.addEventListener("change", () => {
  rows.forEach((row) => (row.checked = all.checked));
  tell();
});
rows.forEach((row) => row.addEventListener("change", tell));
tell();
