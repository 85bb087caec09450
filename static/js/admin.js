// Names for the search boxes of the Django admin: select2 draws its own element and leaves the label at the old one.
(function () {
  "use strict";

  function name() {
    document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
      var label = document.querySelector('label[for="' + CSS.escape(select.id) + '"]');
      var drawn = select.nextElementSibling;
      if (!label || !drawn || !drawn.classList.contains("select2")) {
        return;
      }
      label.id = label.id || select.id + "_label";
      drawn.querySelectorAll(".select2-selection, .select2-selection__rendered").forEach(function (part) {
        part.setAttribute("aria-labelledby", part.id ? label.id + " " + part.id : label.id);
      });
    });
  }

  if (window.django && window.django.jQuery) {
    window.django.jQuery(name); // after the admin's own, which draws them
  }
  document.addEventListener("formset:added", name);
})();
