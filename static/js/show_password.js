// An extra: a button that shows the password while it is typed. Without it the form works as it stands.
"use strict";

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-like";
  button.setAttribute("aria-pressed", "false");
  button.textContent = "Vis adgangskoden";
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
  });
  field.after(button);
}
