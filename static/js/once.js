// An extra: a form that is on its way is not sent again by a second click. What comes twice all the same is done once.
"use strict";

const PAUSE = 5000; // ms; whoever has waited that long may try again, also where the answer was a file
const sent = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  const now = performance.now();
  if (now - sent.get(form) < PAUSE) event.preventDefault();
  else sent.set(form, now);
});

window.addEventListener("pageshow", () => sent.clear()); // come back to by the browser's own button
