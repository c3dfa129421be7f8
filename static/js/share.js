// An extra: buttons that copy what is ready to paste, and that hand the page to another app. Where the browser can do
// neither, they stay hidden; the text itself can be marked and copied.
"use strict";

for (const box of document.querySelectorAll("[data-share]")) {
  const said = box.querySelector("[role=status]");
  const copy = box.querySelector("[data-copy]");
  const send = box.querySelector("[data-send]");
  const text = document.getElementById(copy.dataset.copy);
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        said.textContent = copy.dataset.done;
      } catch {
        text.focus(); // not allowed here: marked, so that it can be copied by hand
        text.select();
      }
    });
  }
  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => {
      navigator.share({ title: document.title, url: send.dataset.send }).catch(() => {}); // closed without a choice
    });
  }
}
