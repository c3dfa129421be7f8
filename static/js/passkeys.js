// Passkeys (WebAuthn): a form with data-passkey asks the browser for one, and is sent with what it answers. Without
// script, or in a browser that has none, the form stays hidden, and there is a password or a code.
"use strict";

async function options(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("js_data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function credential(form) {
  const { creation_options: creation, request_options: request } = await options(form);
  if (!creation) return window.webauthnJSON.get(request);
  // One that is found without a name, and asks who holds it: so it is enough by itself.
  Object.assign(creation.publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  return window.webauthnJSON.create(creation);
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.querySelector("[data-ask]").addEventListener("click", async () => {
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await credential(form));
      } catch {
        failed.hidden = false; // closed, refused, or none there
        return;
      }
      form.submit();
    });
  }
}
