// Keys, drafts, and nothing else: every form works without this file.
"use strict";
const form = document.getElementById("decision");
const kept = document.getElementById("kept");
for (const field of document.querySelectorAll("[data-back]")) field.value = location.pathname + location.search;

let dirty = false, saving = false, timer = 0;
async function keep() {
  timer = 0;
  if (saving) { schedule(); return; }
  saving = true; dirty = false;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(answer.status);
    kept.textContent = "Draft kept."; kept.className = "quiet";
  } catch (error) {
    dirty = true;
    kept.textContent = "The draft could not be kept; it stands here until it can."; kept.className = "lost";
    setTimeout(schedule, 2000);
  }
  saving = false;
}
function schedule() { if (!timer) timer = setTimeout(keep, 400); }
if (form) {
  form.addEventListener("input", () => { dirty = true; schedule(); });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  addEventListener("beforeunload", event => { if (dirty) event.preventDefault(); });
  suggest(form.elements.comment, [...form.querySelectorAll("[data-comment]")]);
  const proposal = document.getElementById("proposal");
  if (proposal) proposal.addEventListener("click", () => {
    form.elements.points.value = proposal.dataset.points;
    form.elements.points.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const all = document.getElementById("all-alike");
  if (all) all.addEventListener("change", () => {
    for (const box of form.querySelectorAll("[name=also]")) box.checked = all.checked;
  });
}

// Comments used before: those that hold what the last line says; ↓ from the end goes to them, Enter takes one.
function suggest(area, buttons) {
  const start = () => area.value.lastIndexOf("\n") + 1;
  const shown = () => buttons.filter(button => !button.closest("li").hidden);
  const filter = () => {
    const typed = area.value.slice(start()).trim().toLowerCase();
    let left = 8;
    for (const button of buttons)
      button.closest("li").hidden = !button.dataset.comment.toLowerCase().includes(typed) || left-- <= 0;
    for (const list of new Set(buttons.map(button => button.closest("details")))) list.hidden = !shown().length;
  };
  area.addEventListener("input", filter);
  area.addEventListener("keydown", event => {
    if (event.key !== "ArrowDown" || area.selectionEnd !== area.value.length || !shown().length) return;
    event.preventDefault();
    shown()[0].focus();
  });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      area.value = area.value.slice(0, start()) + button.dataset.comment;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
    button.addEventListener("keydown", event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      (shown()[shown().indexOf(button) + step] || area).focus();
    });
  }
  filter();
}

addEventListener("keydown", event => {
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest("textarea, input:not([type=checkbox]), select, [contenteditable], dialog");
  if (event.key === "Escape" && typing) { event.target.blur(); return; }
  if (typing || (event.key === "Enter" && event.target.closest("a, button, summary"))) return;
  if (event.key === "Enter" && form) { event.preventDefault(); form.requestSubmit(document.getElementById("save")); return; }
  const box = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (box) { event.preventDefault(); box.click(); return; }
  const act = { n: () => document.getElementById("next")?.click(), u: () => document.getElementById("undo")?.click(),
    c: () => form?.elements.comment.focus(), p: () => form?.elements.points.focus(),
    f: () => document.getElementById("flag")?.focus() }[event.key];
  if (act) { event.preventDefault(); act(); }
});
