"""How the portal reads its templates."""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import filesystem

_INDENTATION = re.compile(r"^[ ]+", re.MULTILINE)


class UnindentedLoader(filesystem.Loader):
    """Reads templates without their indentation: a twentieth of what a page with a table weighs, compressed.

    So no template may have `<pre>` or `<textarea>` with indented text, or an untrimmed `blocktranslate` of several
    lines; tests/test_weight.py looks for them.
    """

    def get_contents(self, origin: Origin) -> str:
        return _INDENTATION.sub("", super().get_contents(origin))
