// Behaviour of the pages beyond htmx. Every page also works without this script.

// Controls that only work with script are hidden in the HTML.
function showControls() {
  for (const control of document.querySelectorAll("[data-needs-script]")) {
    control.hidden = false;
  }
}
showControls();

// Screen readers say the words. They no longer say how much the list shows, if that was still to come.
let listWords;
function announce(words) {
  clearTimeout(listWords);
  const status = document.getElementById("status");
  if (status) {
    status.textContent = words.trim().replace(/\s+/g, " ");
  }
}

function focusOn(element, options) {
  if (element && !element.matches("a, button, input, select, textarea")) {
    element.tabIndex = -1;
  }
  element?.focus(options);
}

// A page that opens after a form was sent goes on where the user has to look: the first wrong field, what is wrong with
// the form, or what was done. Screen readers don't say a message that was there when the page opened. Without one, they
// say how much the list shows, once they had the time to find the place.
const toRead = ["main [aria-invalid=true]", "main [role=alert]", "main [role=status]"];
const found = toRead.map((selector) => document.querySelector(selector)).find(Boolean);
focusOn(found);
if (!found) {
  listWords = setTimeout(() => announce(document.querySelector("[data-status]")?.textContent ?? ""), 300);
}

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element)) {
    return;
  }
  if (target.closest("[data-print]")) {
    window.print();
  }
  if (target.closest("[data-choose-all]")) {
    for (const box of target.closest("form").querySelectorAll("input[name=client]")) {
      box.checked = true;
    }
    countChosen();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = menu.contains(target);
  }
});

// Where a request leads without htmx: a tab posts, and its link has the address of the same list.
function addressOf({ pathInfo, requestConfig }) {
  return requestConfig.elt.href ?? (requestConfig.verb === "get" ? pathInfo.finalRequestPath : window.location.href);
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

// Screen readers announce the change, and the keyboard continues from the new part if the old one had the focus. What
// the page fetches by itself every few seconds is no action of the user: nothing is announced.
let hadFocus = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  hadFocus = detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  showControls();
  const words = target.querySelector("[data-status]");
  if (words && !target.matches("[hx-trigger^=every]")) {
    announce(words.textContent);
  }
  if (hadFocus && document.activeElement === document.body) {
    focusOn(target, { preventScroll: true });
  }
});

// The star of a row: in or out of the own caseload. The row stays, and the focus on it.
document.addEventListener("starred", ({ target, detail }) => {
  target.setAttribute("aria-pressed", String(detail.on));
  target.value = detail.on ? "unfollow" : "follow";
  announce(detail.words);
});

// How many rows are chosen, beside the buttons that do something with them.
function countChosen() {
  const place = document.querySelector("[data-chosen]");
  if (place) {
    const chosen = document.querySelectorAll("input[name=client]:checked").length;
    place.textContent = chosen ? `: ${chosen}` : "";
    announce(`${place.parentElement.textContent}${chosen ? "" : ": 0"}`);
  }
}
document.addEventListener("change", ({ target }) => {
  if (target.name === "client") {
    countChosen();
  }
});
// The button that clears the choice disappears with it, and the browser clears after this event.
document.addEventListener("reset", ({ target }) => {
  setTimeout(() => {
    countChosen();
    focusOn(target.closest("#sheet"), { preventScroll: true });
  });
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

// The keyboard. Escape closes a menu. Single keys: `/` searches, j and k go along the rows, `?` shows the list of keys.
// The arrows do so only in the rows: elsewhere they scroll. Users turn single keys off in that list (WCAG 2.1.4). A cookie
// remembers it, because signing out clears the other storage of the browser.
const keysAreOff = () => document.cookie.split("; ").includes("shortcuts=off");

function turnKeys(on) {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  document.cookie = `shortcuts=off; path=/; samesite=lax; max-age=${on ? 0 : 31_536_000}${secure}`;
}

function prepareSwitch(box) {
  if (box) {
    box.checked = !keysAreOff();
    box.addEventListener("change", () => turnKeys(box.checked));
  }
}
prepareSwitch(document.querySelector("main [data-keys]"));

// The help page has the list of keys in a section. On other pages a dialog shows that section.
async function showKeys() {
  const link = document.querySelector("a[data-shortcuts]");
  if (!link) {
    return;
  }
  if (document.querySelector("main #sneltoetsen")) {
    window.location.hash = "sneltoetsen";
    return;
  }
  try {
    const dialog = document.querySelector("dialog") ?? (await fetchKeys(link.href));
    dialog.showModal();
  } catch {
    window.location.assign(link.href);
  }
}

async function fetchKeys(address) {
  const response = await fetch(address);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const dialog = document.createElement("dialog");
  dialog.append(page.getElementById("sneltoetsen"));
  dialog.setAttribute("aria-labelledby", dialog.querySelector("h2").id);
  document.body.append(dialog);
  showControls();
  prepareSwitch(dialog.querySelector("[data-keys]"));
  const close = dialog.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => dialog.close());
  return dialog;
}
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-shortcuts]");
  if (link) {
    event.preventDefault();
    // The dialog gives the focus back to what had it, and the link is hidden by then.
    const menu = link.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
    showKeys();
  }
});

function goToSearch() {
  const field = document.querySelector("main input[name=q]");
  const address = document.querySelector("[data-search]")?.dataset.search;
  if (field) {
    field.select();
  } else if (address) {
    window.location.assign(`${address}#id_q`);
  }
}
if (window.location.hash === "#id_q") {
  document.getElementById("id_q")?.focus();
}

function moveInList(step) {
  const rows = [...document.querySelectorAll("main .clients tbody tr")].filter((row) => row.querySelector("a"));
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  rows[current < 0 ? 0 : current + step]?.querySelector("a").focus();
}

const isInRow = () => document.activeElement?.closest("main .clients tbody tr") != null;
const single = {
  "/": goToSearch,
  "?": showKeys,
  j: () => moveInList(1),
  k: () => moveInList(-1),
};
const arrows = { ArrowDown: () => moveInList(1), ArrowUp: () => moveInList(-1) };
const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable], dialog";

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return;
  }
  if (key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  const deed = keysAreOff() ? undefined : (single[key] ?? (isInRow() ? arrows[key] : undefined));
  if (deed && !(target instanceof Element && target.closest(TYPING))) {
    event.preventDefault();
    deed();
  }
});
