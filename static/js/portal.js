// Behaviour of the pages beyond htmx. Every page also works without this script.

// Controls that only work with script are hidden in the HTML.
function showControls() {
  for (const control of document.querySelectorAll("[data-needs-script]")) {
    control.hidden = false;
  }
}
showControls();

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[data-print]")) {
    window.print();
  }
  if (target instanceof Element && target.closest("[data-choose-all]")) {
    for (const box of target.closest("form").querySelectorAll("input[name=client]")) {
      box.checked = true;
    }
  }
});

// Where a request leads without htmx: a tab posts, and its link has the address of the same list.
function addressOf({ pathInfo, requestConfig }) {
  return requestConfig.elt.href ?? pathInfo.finalRequestPath;
}

// An error, or another page than the requested one (after the session ended), fills the window and not the sheet.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { pathInfo, xhr } = event.detail;
  const request = new URL(pathInfo.finalRequestPath, window.location.href);
  const response = new URL(xhr.responseURL || request.href, window.location.href);
  if (xhr.status === 204) {
    return;
  }
  if (xhr.status !== 200 || response.pathname !== request.pathname) {
    event.detail.shouldSwap = false;
    window.location.assign(addressOf(event.detail));
  }
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  window.location.assign(addressOf(detail));
});

// Screen readers announce the change, and the keyboard continues from the new sheet.
document.addEventListener("htmx:afterSettle", () => {
  showControls();
  const status = document.getElementById("status");
  const words = document.querySelector("[data-status]");
  if (status && words) {
    status.textContent = words.textContent.trim().replace(/\s+/g, " ");
  }
  if (document.activeElement === document.body) {
    document.getElementById("sheet")?.focus({ preventScroll: true });
  }
});

// The star of a row: in or out of the own caseload. The row stays, and the focus on it.
document.addEventListener("starred", ({ target, detail }) => {
  target.setAttribute("aria-pressed", String(detail.on));
  target.value = detail.on ? "unfollow" : "follow";
  const status = document.getElementById("status");
  if (status) {
    status.textContent = detail.words;
  }
});

// The number on the button that starts a list follows the ticks on screen, also those that a browser puts back. It has
// the stored ticks of all pages of the list.
function countTicks() {
  const number = document.querySelector("[data-ticked]");
  if (number) {
    const boxes = [...number.closest("form").querySelectorAll("input[name=row]")];
    const added = boxes.reduce((sum, box) => sum + box.checked - box.defaultChecked, 0);
    number.textContent = String(Number(number.dataset.ticked) + added);
  }
}
document.addEventListener("change", countTicks);
window.addEventListener("pageshow", countTicks);

// Each capacity has its own longest period: the last day follows the choice until the user types another one.
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset.until) {
    return;
  }
  const { valid_until: until } = target.form.elements;
  const offered = [...target.form.querySelectorAll("[data-until]")].map((choice) => choice.dataset.until);
  if (until && offered.includes(until.value)) {
    until.value = target.dataset.until;
  }
});
