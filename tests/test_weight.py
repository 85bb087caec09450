"""What a page weighs: style sheets without comments, templates without indentation."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.template.loader import get_template

from kbi_portal.storage import StaticStorage

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
# What a template without indentation would change.
WITH_SPACES_THAT_COUNT = re.compile(
    r"<pre\b|<textarea\b|{%\s*blocktranslate(?![^%]*\btrimmed\b)[^%]*%}(?:(?!{%\s*endblocktranslate)[^\n])*\n"
)


def test_no_template_has_spaces_that_count():
    assert TEMPLATES
    assert [path.name for path in TEMPLATES if WITH_SPACES_THAT_COUNT.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("html", "counts"),
    [
        ("<textarea>\n  a</textarea>", True),
        ("{% blocktranslate %}\n  a\n{% endblocktranslate %}", True),
        ("{% blocktranslate trimmed %}\n  a\n{% endblocktranslate %}", False),
        ("{% blocktranslate %}a{% endblocktranslate %}\n", False),
    ],
)
def test_spaces_that_count_are_noticed(html, counts):
    assert bool(WITH_SPACES_THAT_COUNT.search(html)) == counts


def test_a_template_is_read_without_its_indentation():
    name = "includes/table.html"
    source = (settings.BASE_DIR / "templates" / name).read_text()
    assert re.search(r"^ +<", source, re.MULTILINE)
    read = get_template(name).template.source
    assert [line.lstrip(" ") for line in source.split("\n")] == read.split("\n")
    assert not re.search(r"^ ", read, re.MULTILINE)


def test_a_style_sheet_is_stored_without_comments_and_a_script_as_it_is(tmp_path):
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    static = settings.BASE_DIR / "static"
    for name in ("css/portal.css", "js/portal.js"):
        with (static / name).open("rb") as file:
            storage.save(name, file)
    source = (static / "css/portal.css").read_text()
    stored = (tmp_path / "css/portal.css").read_text()
    assert "/*" in source
    assert "/*" not in stored
    assert len(stored) < 0.9 * len(source)
    assert stored.count("{") == source.count("{") - "".join(
        re.findall(r"/\*.*?\*/", source, re.DOTALL)
    ).count("{")
    assert (tmp_path / "js/portal.js").read_bytes() == (static / "js/portal.js").read_bytes()
