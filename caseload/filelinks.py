"""The addresses that a client's file links to. It has twenty, and `{% url %}` takes 50 µs for each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Mapping

# Values that no real address contains, by the name of their place in a layout.
_PLACES: Final = {"slug": "_slug_", "file": UUID(int=1), "look": UUID(int=2), "part": "_part_"}
# The views, with the places of their arguments.
_VIEWS: Final = {
    "client_list": ("slug",),
    "file_previous": ("slug", "file"),
    "file_next": ("slug", "file"),
    "person_follow": ("slug", "file"),
    "reminder_set": ("slug", "file"),
    "inscription_extend": ("slug", "file"),
    "inscription_end": ("slug", "file"),
    "inscription_history": ("slug", "file"),
    "request_note": ("slug", "file"),
    "conversation_sheet": ("slug", "file", "look"),
    "print_file": ("slug", "file", "look"),
    "whole_file": ("slug", "file", "look"),
    "file_section": ("slug", "file", "look", "part"),
}


class FileLinks(dict[str, str]):
    """The addresses of the pages about one file, by the name of their view.

    `slug` is that of the institution, `file` the inscription's public id, `look` the id of the opening's log row.
    """

    def __init__(self, slug: str, file: UUID, look: UUID) -> None:
        values = {"slug": slug, "file": str(file), "look": str(look)}
        super().__init__(
            {view: layout.format(**values, part="{part}") for view, layout in _layouts().items()}
        )

    def part(self, slug: str) -> str:
        """Return the address of one part of the file; `slug` is that of its `Fold`."""
        return self["file_section"].format(part=slug)


@lru_cache(maxsize=1)
def _layouts() -> Mapping[str, str]:
    """Return the addresses with `{slug}`, `{file}`, `{look}` and `{part}` in them."""
    layouts = {}
    for view, places in _VIEWS.items():
        layout = reverse(view, args=[_PLACES[place] for place in places])
        for place in places:
            layout = layout.replace(str(_PLACES[place]), f"{{{place}}}")
        layouts[view] = layout
    return layouts
