// Extras: a button that shows the password while it is typed, and how hard a new one is to guess. Without them the
// forms work as they stand, and whether a password is good enough is decided by the server.
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

// How many signs do not follow from those before them, as tracker/passwords.py counts.
function surprises(password) {
  const signs = [...password];
  const seen = new Set();
  let count = Math.min(signs.length, 1);
  for (let place = 1; place < signs.length; place += 1) {
    const pair = signs[place - 1] + signs[place];
    const step = signs[place].codePointAt(0) - signs[place - 1].codePointAt(0);
    if (Math.abs(step) > 1 && !seen.has(pair)) count += 1;
    seen.add(pair);
  }
  return count;
}

function strength(password) {
  const length = [...password.replace(/ +/g, " ")].length;
  const count = surprises(password);
  if (!length) return [0, ""];
  if (length < 12) return [1, "for kort"];
  if (count < 6) return [1, "et mønster"];
  if (count < 10) return [2, "svag"];
  return count < 16 ? [3, "god"] : [4, "stærk"];
}

const fresh = document.querySelector("input[autocomplete=new-password]");
if (fresh) {
  const meter = document.createElement("meter");
  meter.max = 4;
  meter.low = 2;
  meter.high = 3;
  meter.optimum = 4;
  meter.setAttribute("aria-label", "Adgangskodens styrke");
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  const shown = document.createElement("p");
  shown.className = "hint";
  shown.append(meter, " ", words);
  fresh.closest(".field").append(shown);
  fresh.addEventListener("input", () => {
    const [value, word] = strength(fresh.value);
    meter.value = value;
    words.textContent = word && `Adgangskoden er ${word}`;
  });
}
