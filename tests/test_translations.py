"""The English of the screen is complete, and what is compiled is what is written.

Needs no gettext: the texts are collected with Python's own syntax tree and Django's `templatize`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override
from django.utils.translation.template import templatize

from kbi_portal import messages

BASE = settings.BASE_DIR
CODE = ("kbi_portal", "partners", "consultations", "persons", "caseload", "oversight", "statistics")
# Name of the function, and how many of its first arguments are texts.
MARKS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2}
MARKS_IN_CONTEXT = {"pgettext": 2, "pgettext_lazy": 2, "npgettext": 3, "npgettext_lazy": 3}


def constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def marked(source: str) -> Iterator[tuple[str, str]]:
    """(context, text) of every text a Python source marks for translation."""
    tree = ast.parse(source)
    names = {name: name for name in MARKS | MARKS_IN_CONTEXT}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        called = names.get(called, "")
        if called in MARKS:
            texts = [constant(argument) for argument in node.args[: MARKS[called]]]
            yield from (("", text) for text in texts if text)
        elif called in MARKS_IN_CONTEXT:
            context, *texts = [constant(argument) for argument in node.args[: MARKS_IN_CONTEXT[called]]]
            yield from ((context or "", text) for text in texts if text)


def marked_in_template(source: str) -> Iterator[tuple[str, str]]:
    """(context, text) of every text a template marks; `templatize` writes it out as calls of gettext."""
    # What is no text becomes X's, a byte each, around the calls.
    calls = re.findall(
        r"(?:n?p?n?gettext|_)\((?:[^()\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')*\)", templatize(source)
    )
    for call in calls:
        yield from marked(call)


def texts() -> set[tuple[str, str]]:
    found = set()
    for app in CODE:
        for path in (BASE / app).rglob("*.py"):
            found |= set(marked(path.read_text()))
    for path in (BASE / "templates").rglob("*.*"):
        found |= set(marked_in_template(path.read_text()))
    return found


@pytest.fixture(scope="module")
def english() -> polib.POFile:
    return polib.pofile(str(BASE / "locale/en/LC_MESSAGES/django.po"))


def test_the_collecting_sees_what_it_should():
    assert set(
        marked('from django.utils.translation import gettext as t\nt("a")\nngettext("b", "c", 2)')
    ) == {
        ("", "a"),
        ("", "b"),
        ("", "c"),
    }
    source = (
        '<p title="{% translate \'Een\' %}">{% translate "Twee (2)" %}{% blocktranslate count n=n trimmed %}\n'
        "  {{ n }} les\n{% plural %}\n  {{ n }} lessen\n{% endblocktranslate %}"
        '{% translate "Vier" context "maat" as vier %}</p>'
    )
    assert set(marked_in_template(source)) == {
        ("", "Een"),
        ("", "Twee (2)"),
        ("", "%(n)s les"),
        ("", "%(n)s lessen"),
        ("maat", "Vier"),
    }
    found = {text for _context, text in texts()}
    assert {
        "Mijn cliënten",
        "Niet meer haalbaar",
        "mag nog %(number)s lessen missen",
        "U bent afgemeld.",
    } <= found


def test_every_text_of_the_screen_has_its_english(english):
    known = set()
    for entry in english:
        assert not entry.fuzzy, entry.msgid
        assert entry.translated(), entry.msgid
        known.add((entry.msgctxt or "", entry.msgid))
        if entry.msgid_plural:
            known.add((entry.msgctxt or "", entry.msgid_plural))
    missing = sorted(text for _context, text in texts() - known)
    assert missing == [], "run `make messages` and translate these"


def test_the_catalogue_holds_nothing_that_is_gone(english):
    found = texts()
    assert [entry.msgid for entry in english if (entry.msgctxt or "", entry.msgid) not in found] == []


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}|%[sd]", text))


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parts[-3])
def test_a_translation_keeps_the_placeholders_and_the_markup(path):
    for entry in polib.pofile(str(path)):
        pairs = (
            [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
            if entry.msgid_plural
            else [(entry.msgid, entry.msgstr)]
        )
        for original, translated in pairs:
            assert placeholders(translated) == placeholders(original), entry.msgid
            assert re.findall(r"</?\w+", translated) == re.findall(r"</?\w+", original), entry.msgid


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parts[-3])
def test_what_is_compiled_is_what_is_written(path):
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(path), "run `make messages`"


def test_there_is_a_catalogue_for_every_language():
    assert {path.parts[-3] for path in messages.catalogues()} == {code for code, _name in settings.LANGUAGES}


def test_an_unfinished_catalogue_is_not_compiled(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "Naam"\nmsgstr ""\n')
    with pytest.raises(ValueError, match="Naam"):
        messages.compiled(path)


def test_what_others_say_in_english_is_said_in_dutch():
    with override("nl"):
        for entry in polib.pofile(str(BASE / "locale/nl/LC_MESSAGES/django.po")):
            if entry.msgid_plural:
                assert ngettext(entry.msgid, entry.msgid_plural, 12) == entry.msgstr_plural[1]
            else:
                assert gettext(entry.msgid) == entry.msgstr
