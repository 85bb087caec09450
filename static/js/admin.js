// Gives the search boxes of the Django admin their names: select2 draws an element of its own, and the label keeps
// pointing at the hidden select.

function nameSearchBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.nextElementSibling;
    if (!label || !box?.classList.contains("select2")) {
      continue;
    }
    label.id ||= `${select.id}_label`;
    for (const part of box.querySelectorAll(".select2-selection, .select2-selection__rendered")) {
      part.setAttribute("aria-labelledby", part.id ? `${label.id} ${part.id}` : label.id);
    }
  }
}

// By jQuery's own queue: the admin's script draws the boxes from there, and is in it first.
window.django?.jQuery?.(nameSearchBoxes);
document.addEventListener("formset:added", nameSearchBoxes);
