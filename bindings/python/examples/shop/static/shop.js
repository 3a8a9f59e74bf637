// What pages do better with a script; all of them work without.
"use strict";

// A page that waits for the acquirer is loaded again when the order is paid.
const waiting = document.querySelector("[data-waits-for]");
if (waiting) {
  const ask = async () => {
    const answer = await fetch(waiting.dataset.waitsFor);
    if (answer.ok && (await answer.json()).changed) location.reload();
    else setTimeout(ask, 700);
  };
  setTimeout(ask, 400);
}

// The operator sees what is done each second.
const live = document.querySelector("[data-live]");
if (live) {
  let before = null;
  const ask = async () => {
    const answer = await fetch(live.dataset.live);
    if (answer.ok) {
      const now = await answer.json();
      if (before && now.events >= before.events) {
        const rate = (now.events - before.events) / (now.at - before.at);
        live.querySelector("[data-rate]").textContent = rate.toFixed(1);
        live.querySelector("[data-write]").textContent = now.write_ms.toFixed(1);
      }
      before = now;
    }
    setTimeout(ask, 1000);
  };
  ask();
}

// A form that was sent is not sent again by a second click; the command's id would see to it, too.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}
