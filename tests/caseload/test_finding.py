"""What a search finds: the beginning of any word of a name, a birth date, or several numbers at once."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from caseload.services.pastedlists import MOST_NUMBERS
from persons import querysets
from persons.birthdates import InvalidBirthDate, parse, written
from persons.insz import format_insz
from persons.models import Inscription, NameWord, Person
from persons.sorting import name_words, sort_key

from ..factories import inscribe, insz, log_rows, person

pytestmark = pytest.mark.django_db

SEARCH = "/ocmw-proefstad/zoeken/"


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def found(browser: Client, typed: str) -> list[str]:
    """The names that a search shows, in their order."""
    response = browser.post(SEARCH, {"q": typed}, follow=True)
    assert response.status_code == 200
    names = re.findall(r'class="client"\s+href="[^"]*"><bdi>([^<]*)</bdi>', response.content.decode())
    return [html.unescape(name) for name in names]


@pytest.mark.parametrize(
    ("last_name", "first_name", "typed", "others"),
    [
        (
            "de la Cruz Morales",
            "Ana",
            ["morales", "cruz ana", "dela", "de la cruz", "ana mor"],
            ["rales", "na"],
        ),
        ("O'Brien", "Seán", ["obrien", "o'brien", "o brien", "brien", "sean obri"], ["rien"]),
        ("El-Amrani", "Yassin", ["elamrani", "el amrani", "amrani yassin", "yassin amr"], ["mrani"]),
        ("Đorđević", "Nikola", ["djordj", "dordevic", "Đorđević"], ["orđ"]),
        ("Müller", "Jörg", ["muller", "mueller", "joerg", "jorg mull"], ["ueller"]),
        ("Oʻgʻiloy", "Zamira", ["ogiloy", "o'giloy", "zam"], ["ʻ"]),
        ("Kɔfi", "Afia", ["kofi"], []),
        ("Ng", "A B C D E F G", ["a b c d e f g ng", "ng g f e d c"], ["a b c d e f g x"]),
    ],
)
def test_each_word_of_a_search_is_the_beginning_of_a_word_of_the_name(
    browser, ocmw, last_name, first_name, typed, others
):
    inscribe(ocmw, person(last_name, first_name))
    inscribe(ocmw, person("Peeters", "Wim"))
    for text in typed:
        assert len(found(browser, text)) == 1, text
    for text in others:
        response = browser.post(SEARCH, {"q": text}, follow=True)
        assert response.status_code == 422 or "staat bij uw cliënten." in response.content.decode(), text


def test_a_spelling_with_two_letters_finds_only_names_that_have_that_letter(browser, ocmw):
    inscribe(ocmw, person("Muller", "Jan"))
    assert found(browser, "mueller") == []


def test_words_in_a_name_are_in_any_order_and_the_results_are_by_name(browser, ocmw):
    for names in (("Zaki", "Amina"), ("Amin", "Zaki"), ("Peeters", "Amina Zaki")):
        inscribe(ocmw, person(*names))
    assert found(browser, "am zak") == ["Amin, Zaki", "Peeters, Amina Zaki", "Zaki, Amina"]


def test_words_that_many_names_have_find_the_same(browser, ocmw, monkeypatch):
    for names in (("Zaki", "Amina"), ("Amin", "Zaki"), ("Peeters", "Amina"), ("Zaki", "Jan")):
        inscribe(ocmw, person(*names))
    monkeypatch.setattr(querysets, "MANY", 1)
    assert found(browser, "am") == ["Amin, Zaki", "Peeters, Amina", "Zaki, Amina"]
    assert found(browser, "am zak") == ["Amin, Zaki", "Zaki, Amina"]


def test_a_renamed_client_is_found_by_the_new_name_only(browser, ocmw, as_owner):
    granted = inscribe(ocmw, person("Ahmadi"))
    with as_owner():
        Person.objects.filter(pk=granted.person_id).update(
            last_name="Benali", sort_key=sort_key("Benali", "Hodan"), name_words=name_words("Benali", "Hodan")
        )
    assert found(browser, "ahm") == []
    assert found(browser, "ben") == ["Benali, Hodan"]


def test_the_words_go_with_the_line(browser, ocmw, as_owner):
    granted = inscribe(ocmw, person())
    with as_owner():
        assert NameWord.objects.filter(inscription=granted).count() == 2
        Inscription.objects.filter(pk=granted.pk).update(voided_at=timezone.now())
    assert found(browser, "abd") == []
    with as_owner():
        assert not NameWord.objects.exists()


def test_a_very_long_name_is_refused_with_the_limit(browser):
    response = browser.post(SEARCH, {"q": "naam " * 30})
    assert response.status_code == 422
    assert "Typ hoogstens 100 tekens van een naam." in response.content.decode()


# -- by birth date


@pytest.mark.parametrize(
    ("typed", "birth"),
    [
        ("12/3/1986", "1986-03-12"),
        ("12-03-1986", "1986-03-12"),
        ("12.3.1986", "1986-03-12"),
        (" 12 03 1986 ", "1986-03-12"),
        ("1986-03-12", "1986-03-12"),
        ("29/2/2000", "2000-02-29"),
        ("00/00/1986", "1986"),
        ("1986-00-00", "1986"),
        ("0/3/1986", "1986-03"),
        ("3/1986", "1986-03"),
        ("1986-03", "1986-03"),
        ("1986", "1986"),
        ("86.03.12", None),
        ("86031212345", None),
        ("jan 1986", None),
    ],
)
def test_a_birth_date_is_read_as_it_is_written(typed, birth):
    assert parse(typed) == birth
    assert birth is None or parse(written(birth)) == birth


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31/2/1986", "date"),
        ("12/13/1986", "date"),
        ("12/0/1986", "date"),
        ("1/1/1800", "date"),
        ("0000", "date"),
        ("1/1/2199", "future"),
        ("12/3/86", "short_year"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_reason(browser, typed, reason):
    with pytest.raises(InvalidBirthDate) as refused:
        parse(typed)
    assert refused.value.reason == reason
    response = browser.post(SEARCH, {"q": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in response.content.decode()
    assert log_rows() == []


def test_a_birth_date_finds_also_who_has_only_the_year_or_month_of_it(browser, ocmw):
    for name, birth in {
        "Ahmadi": "1986-03-12",
        "Benali": "1986-03-00",
        "Chaoui": "1986-00-00",
        "Diallo": "1986-03-13",
        "Essam": "1987-03-12",
    }.items():
        inscribe(ocmw, person(name, "", birth_date=birth))
    assert found(browser, "12/3/1986") == ["Ahmadi", "Benali", "Chaoui"]
    assert found(browser, "3/1986") == ["Ahmadi", "Benali", "Chaoui", "Diallo"]
    assert found(browser, "1986") == ["Ahmadi", "Benali", "Chaoui", "Diallo"]
    rows = [row for row in log_rows() if row["kind"] == "search"]
    assert sorted(row["term"] for row in rows) == ["1986", "1986-03", "1986-03-12"]
    assert {row["outcome"] for row in rows} == {"shown"}


def test_the_results_of_a_birth_date_show_it_again_and_it_is_in_no_address(browser, ocmw):
    inscribe(ocmw, person(birth_date="1986-03-12"))
    response = browser.post(SEARCH, {"q": "12.03.1986"}, follow=True)
    assert 'value="12/3/1986"' in response.content.decode()
    assert "1986" not in response.request["PATH_INFO"]


def test_a_birth_date_that_no_client_has_is_logged_too(browser, ocmw, other_ocmw):
    inscribe(other_ocmw, person(birth_date="1986-03-12"))
    assert found(browser, "12/3/1986") == []
    [row] = log_rows()
    assert (row["outcome"], row["term"], row["shown"]) == ("empty", "1986-03-12", [])


def test_a_local_administrator_looks_through_no_birth_dates(local_administrator, sign_in):
    response = sign_in(local_administrator).post(SEARCH, {"q": "12/3/1986"})
    assert response.status_code == 422
    assert log_rows() == []


# -- several numbers


@pytest.mark.parametrize("separator", [" ", "\n", "; ", ", ", "\t"])
def test_several_numbers_lead_to_the_pasted_list(browser, ocmw, separator):
    """A browser makes one line of a column that is pasted in the field."""
    known, other = inscribe(ocmw, person()).insz, insz()
    wrong = f"{other[:9]}{(int(other[9:]) % 97 + 1):02d}"
    typed = separator.join([format_insz(known), other, wrong])
    response = browser.post(SEARCH, {"q": typed}, follow=True)
    assert "/lijst/" in response.request["PATH_INFO"]
    page = response.content.decode()
    assert "Abdulahi, Hodan" in page
    assert "Geen INSZ" in page
    [row] = log_rows()
    assert (row["kind"], row["numbers"], row["shown"]) == ("pasted_list", [known, other], [known])


def test_a_long_column_is_a_pasted_list_and_one_that_is_too_long_is_refused(browser):
    numbers = [format_insz(insz()) for _ in range(MOST_NUMBERS + 1)]
    response = browser.post(SEARCH, {"q": " ".join(numbers[1:])}, follow=True)
    assert "/lijst/" in response.request["PATH_INFO"]
    assert len(log_rows()[0]["numbers"]) == MOST_NUMBERS
    refused = browser.post(SEARCH, {"q": " ".join(numbers)})
    assert refused.status_code == 422
    assert f"Plak er hoogstens {MOST_NUMBERS} tegelijk" in refused.content.decode()


def test_the_same_number_twice_is_one_search(browser, ocmw):
    number = inscribe(ocmw, person()).insz
    response = browser.post(SEARCH, {"q": f"{number} {format_insz(number)}"}, follow=True)
    assert "/zoeken/" in response.request["PATH_INFO"]


def test_a_local_administrator_searches_one_number(local_administrator, sign_in):
    response = sign_in(local_administrator).post(SEARCH, {"q": f"{insz()} {insz()}"})
    assert response.status_code == 422
    assert "zoek er één tegelijk" in response.content.decode()
