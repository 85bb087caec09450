// What the pages need beyond htmx. Every page also works without this file.
(function () {
  "use strict";

  // Controls that only work with script are hidden in the HTML.
  document.querySelectorAll("[data-needs-script]").forEach(function (element) {
    element.hidden = false;
  });

  document.addEventListener("click", function (event) {
    if (event.target instanceof Element && event.target.closest("[data-print]")) {
      window.print();
    }
  });

  // Another page than the one asked for (signed out meanwhile) or an error is shown whole, not inside the sheet.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var asked = new URL(event.detail.pathInfo.finalRequestPath, window.location.href);
    var got = new URL(event.detail.xhr.responseURL || asked.href, window.location.href);
    if (event.detail.xhr.status !== 200 || got.pathname !== asked.pathname) {
      event.detail.shouldSwap = false;
      window.location.assign(asked.href);
    }
  });
  document.addEventListener("htmx:sendError", function (event) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  // Screen readers hear what changed, and the keyboard goes on from the new sheet.
  document.addEventListener("htmx:afterSettle", function () {
    var status = document.getElementById("status");
    var words = document.querySelector("[data-status]");
    if (status && words) {
      status.textContent = words.textContent.trim().replace(/\s+/g, " ");
    }
    var sheet = document.getElementById("sheet");
    if (sheet && document.activeElement === document.body) {
      sheet.focus({ preventScroll: true });
    }
  });
})();
