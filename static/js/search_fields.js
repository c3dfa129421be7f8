// Django's fields with a search (select2) leave their boxes without a name for screen readers: they get their label's.
"use strict";

function nameSearchFields() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.nextElementSibling;
    if (!label || !box) continue;
    label.id = label.id || `${select.id}_label`;
    const shown = box.querySelector("span.select2-selection__rendered"); // what is chosen, where one is
    if (shown) {
      shown.removeAttribute("role");
      shown.removeAttribute("aria-readonly");
    }
    const name = shown ? `${label.id} ${shown.id}` : label.id;
    box.querySelector("[role=combobox]").setAttribute("aria-labelledby", name);
    box.querySelector("[role=searchbox]")?.setAttribute("aria-labelledby", label.id);
  }
}

// Once more round the queue: Django makes the boxes when the page is ready, after this was asked for.
django.jQuery(() => setTimeout(nameSearchFields, 0));
