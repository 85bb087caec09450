"""The main job in a real browser: sign in, see who needs attention, open a file, sign out; in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GENT = ("OCMW Gent", "case_worker")
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
NO_SCRIPT = {"java_script_enabled": False}


def first_client(page):
    return page.locator("table.clients tbody tr a").first


@pytest.mark.parametrize("visitor", [{}, PHONE, DARK, PHONE | DARK], indirect=True)
def test_the_main_job(visitor):
    page = visitor.go("/")
    assert visitor.axe() == []
    visitor.open_list(*GENT)
    expect(page.locator("h1")).to_have_text(re.compile("[Cc]liënten"))
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert page.locator("table.clients tbody tr").count() == 50
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    name = first_client(page).inner_text()
    first_client(page).click()
    expect(page.locator("h1")).to_contain_text(name.split(",")[0])
    expect(page.locator("body")).to_contain_text("geregistreerd om")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


def test_the_main_job_in_english(visitor):
    page = visitor.open_list(*GENT)
    visitor.choose("English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text(re.compile("[Cc]lients"))
    assert visitor.axe() == []
    first_client(page).click()
    expect(page.locator("body")).to_contain_text("logged")
    assert visitor.axe() == []
    visitor.choose("Sign out")
    expect(page.locator("input[name=login]")).to_be_visible()
    visitor.go("/")
    expect(page.locator("input[name=login]")).to_be_visible()


def test_the_verdict_tabs_narrow_the_list_and_are_remembered(visitor):
    page = visitor.open_list(*GENT)
    page.get_by_role("link", name=re.compile("^.{0,3}Niet meer haalbaar")).first.click()
    page.wait_for_url(re.compile("standing=out_of_reach"))
    rows = page.locator("table.clients tbody tr")
    expect(rows.first).to_contain_text("Niet meer haalbaar")
    assert rows.count() == page.locator("table.clients tbody tr", has_text="Niet meer haalbaar").count()
    assert visitor.axe() == []
    visitor.go("/")
    expect(page.locator("table.clients tbody tr").first).to_contain_text("Niet meer haalbaar")


def test_a_new_sheet_is_announced_and_the_keyboard_goes_on_from_it(visitor):
    page = visitor.open_list(*GENT)
    page.evaluate("window.isSamePage = true")
    onward = page.get_by_role("link", name=re.compile("Volgende"))
    while onward.count():
        sheet = page.locator("#sheet").element_handle()
        onward.press("Enter")
        sheet.wait_for_element_state("hidden")  # htmx put another in its place
        expect(page.locator("#status")).to_have_text(page.locator("[data-status]").inner_text())
    # The last sheet has no such link, which had the focus until then.
    expect(page.locator("#sheet")).to_be_focused()
    assert page.evaluate("window.isSamePage")


@pytest.mark.parametrize(
    ("link", "following"), [("Volgende", "after%3D"), ("Norm gehaald", "standing%3Dkept")]
)
def test_after_the_session_ended_signing_in_fills_the_window(visitor, link, following):
    page = visitor.open_list(*GENT)
    visitor.context.clear_cookies()
    with page.expect_event("domcontentloaded"):  # of another document: htmx's swaps have no such event
        page.get_by_role("link", name=re.compile(link)).click()
    expect(page.locator("input[name=login]")).to_be_visible()
    assert "/aanmelden/" in page.url
    assert following in page.url


def test_the_print_button_prints(visitor):
    page = visitor.open_list(*GENT)
    first_client(page).click()
    page.wait_for_url(re.compile("/dossier/"))
    page.get_by_text("Meer", exact=True).click()
    page.get_by_role("link", name="Volledig dossier afdrukken").click()
    page.wait_for_url(re.compile("/afdrukken/$"))
    assert visitor.axe() == []
    page.evaluate("() => { window.prints = 0; window.print = () => { window.prints += 1; }; }")
    page.get_by_role("button", name="Afdrukken").click()
    assert page.evaluate("window.prints") == 1


def test_a_part_of_a_file_opens_where_it_stands(visitor):
    page = visitor.open_list(*GENT)
    first_client(page).click()
    page.wait_for_url(re.compile("/dossier/"))
    address = page.url
    assert visitor.axe() == []
    part = page.locator(".folds > details").filter(has_text="Technische gegevens")
    part.locator("summary").click()
    expect(part).to_contain_text("Versie van het bericht")
    assert page.url == address
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


def test_the_next_page_starts_where_this_one_ends(visitor):
    page = visitor.open_list(*GENT)
    last = page.locator("table.clients tbody tr a").last.inner_text()
    before = first_client(page).get_attribute("href")
    page.get_by_role("link", name=re.compile("Volgende")).click()
    page.wait_for_url(re.compile("after="))
    expect(first_client(page)).not_to_have_attribute("href", before)
    after = first_client(page).inner_text()
    assert after.casefold() >= last.casefold()[:1]
    assert not re.search(r"after=[^&]*[a-z]{2,} ", page.url)


def test_a_search_is_posted_and_finds_by_name_and_number(visitor):
    page = visitor.open_list(*GENT)
    named = page.locator("table.clients tbody tr a", has_not_text="naam onbekend").first
    name = named.inner_text().split(",")[0]
    page.fill("input[name=q]", name[:4].upper())
    visitor.enter()
    expect(page.locator("table.clients tbody tr").first).to_contain_text(name)
    # The address ends in an id of 32 hexadecimal digits: four letters could occur in it.
    assert re.search(r"/zoeken/[0-9a-f-]{36}/$", page.url)
    assert visitor.axe() == []
    first_client(page).click()
    page.wait_for_url(re.compile("/dossier/"))
    number = re.search(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", page.locator("main").inner_text()).group()
    visitor.go("/")
    page.fill("input[name=q]", number)
    visitor.enter()
    expect(page.locator("table.clients tbody tr")).not_to_have_count(0)
    assert number not in page.url


@pytest.mark.parametrize("visitor", [{}, NO_SCRIPT], indirect=True)
def test_back_from_a_file_shows_the_results_again(visitor):
    page = visitor.open_list(*GENT)
    page.fill("input[name=q]", "a")
    page.get_by_role("button", name="Zoeken", exact=True).click()
    page.wait_for_url(re.compile(r"/ocmw-gent/zoeken/[0-9a-f-]{36}/$"))
    results = page.url
    expect(page.locator("a.client")).not_to_have_count(0)
    names = page.locator("a.client").all_inner_texts()
    first_client(page).click()
    page.wait_for_url(re.compile("/dossier/"))
    page.go_back()
    assert page.url == results
    expect(page.locator("a.client")).to_have_text(names)
    page.get_by_role("columnheader").get_by_role("link", name="Cliënt").click()
    page.wait_for_url(re.compile("sort=-client"))
    expect(page.locator("h1")).to_have_text("Zoeken")
    page.go_back()
    visitor.choose("English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == results
    expect(page.locator("a.client")).to_have_text(names)
    visitor.choose("Sign out")
    # The browser clears what it stored of the portal before it goes on.
    expect(page.locator("input[type=password]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.locator("a.client")).to_have_count(0)


def test_the_search_page_opens_empty_for_a_search_that_is_gone(visitor):
    visitor.open_list(*GENT)
    page = visitor.go("/ocmw-gent/zoeken/00000000-0000-4000-8000-000000000000/")
    expect(page.locator("main")).to_contain_text("Deze zoekopdracht is er niet meer")
    expect(page.locator("input[name=q]")).to_have_value("")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize(
    ("typed", "words"), [("91.61.01-001.75", "controlecijfers"), ("9161010", "elf cijfers")]
)
def test_a_mistyped_number_keeps_what_was_typed_and_names_the_mistake(visitor, typed, words):
    page = visitor.open_list(*GENT)
    page.fill("input[name=q]", typed)
    visitor.enter()
    expect(page.locator("input[name=q]")).to_have_value(typed)
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("input[name=q]")).to_have_attribute("aria-invalid", "true")
    assert visitor.axe() == []


def test_somebody_elses_file_is_not_there(visitor, chromium, portal):
    page = visitor.open_list(*GENT)
    first_client(page).click()
    page.wait_for_url(re.compile("/dossier/"))
    address = page.url
    other = chromium.new_context(locale="nl-BE")
    from .conftest import Visitor

    stranger = Visitor(other, portal)
    stranger.sign_in("VDAB", "case_worker")
    answer = stranger.page.goto(address)
    assert answer.status == 404
    expect(stranger.page.locator("h1")).to_be_visible()
    assert stranger.axe() == []
    other.close()


@pytest.mark.parametrize("visitor", [{}, PHONE, DARK], indirect=True)
def test_several_institutions_are_a_choice_and_two_tabs_have_one_each(visitor):
    page = visitor.sign_in("OCMW Aalst + OCMW Gent", "case_worker")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    page.locator("main").get_by_role("link", name=re.compile("OCMW Gent")).click()
    page.wait_for_url(re.compile("/ocmw-gent/"))
    expect(page.locator("header b")).to_have_text("OCMW Gent")
    page.goto(page.url.partition("?")[0] + "?show=all")
    assert visitor.axe() == []
    assert visitor.overflow() <= 0
    in_gent = page.locator("table.clients tbody tr a").all_inner_texts()
    second = visitor.context.new_page()
    second.goto(page.url)
    second.locator("header summary").click()
    second.locator("header").get_by_role("link", name="Naar OCMW Aalst").click()
    second.wait_for_url(re.compile("/ocmw-aalst/"))
    second.goto(second.url.partition("?")[0] + "?show=all")
    expect(second.locator("header b")).to_have_text("OCMW Aalst")
    assert second.locator("table.clients tbody tr a").all_inner_texts() != in_gent
    # A filter in the first tab stays in Gent.
    page.locator("#filter").click()
    page.get_by_label("Onderdeel").select_option("NT2")
    assert visitor.axe() == []
    page.get_by_role("button", name="Toepassen").click()
    page.wait_for_url(re.compile("/ocmw-gent/.*part=NT2"))
    expect(first_client(page)).to_have_attribute("href", re.compile("^/ocmw-gent/dossier/"))
    page.goto(page.url.partition("?")[0] + "?show=all")


def test_a_star_stays_where_it_is_and_is_announced(visitor):
    page = visitor.open_list(*GENT)
    star = page.locator(".star").first
    star.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#status")).to_have_text("Staat nu in uw caseload.")
    expect(star).to_be_focused()
    star.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "false")


def test_the_words_of_a_list_do_not_replace_those_of_a_star(visitor):
    """A page says after 300 ms how much the list shows. A user can be faster."""
    page = visitor.open_list(*GENT)
    page.clock.install()
    page.reload()
    status, star = page.locator("#status"), page.locator(".star").first
    star.press("Enter")
    expect(status).to_have_text("Staat nu in uw caseload.")
    page.clock.run_for(1000)
    expect(status).to_have_text("Staat nu in uw caseload.")
    star.press("Enter")
    expect(status).to_have_text("Staat niet meer in uw caseload.")


@pytest.mark.parametrize("visitor", [NO_SCRIPT], indirect=True)
def test_everything_works_without_script(visitor):
    page = visitor.open_list(*GENT)
    assert page.locator("table.clients tbody tr").count() == 50
    page.get_by_role("link", name=re.compile("Norm gehaald")).first.click()
    expect(page.locator("table.clients tbody tr").first).to_contain_text("Norm gehaald")
    # The form remembers; the address of the list comes back to the same filters.
    page.locator("#filter").click()
    page.get_by_label("Onderdeel").select_option("NT2")
    page.get_by_role("button", name="Toepassen").click()
    expect(page).to_have_url(re.compile(r"\?standing=kept&part=NT2&show=all$"))
    visitor.go("/ocmw-gent/")
    expect(page.get_by_text("Onderdeel: NT2")).to_be_visible()
    page.locator(".star").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Staat nu in uw caseload.")
    expect(page).to_have_url(re.compile(r"\?standing=kept&part=NT2&show=all$"))
    page.locator(".star").first.click()
    first_client(page).click()
    expect(page.locator("body")).to_contain_text("geregistreerd om")


def test_the_keyboard_alone_opens_a_file(visitor):
    page = visitor.open_list(*GENT)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    first_client(page).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/dossier/"))


def test_following_a_client_puts_it_in_the_own_caseload(visitor):
    page = visitor.open_list(*GENT)
    name = first_client(page).inner_text()
    first_client(page).click()
    page.get_by_role("button", name="Zet in mijn caseload").click()
    expect(page.get_by_role("button", name="Haal uit mijn caseload")).to_be_visible()
    visitor.go("/ocmw-gent/?show=own")
    expect(page.locator("table.clients tbody tr")).to_contain_text([name])
    first_client(page).click()
    page.get_by_role("button", name="Haal uit mijn caseload").click()
    expect(page.get_by_role("button", name="Zet in mijn caseload")).to_be_visible()


def test_a_page_that_is_not_there_says_so_in_the_visitors_language(visitor):
    page = visitor.open_list(*GENT)
    assert visitor.page.goto(visitor.portal.url + "/nergens/").status == 404
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert visitor.axe() == []


def test_the_agency_arrives_in_the_admin(visitor):
    page = visitor.sign_in("(agentschap)", "agency_administrator")
    page.wait_for_url(re.compile("/beheer/"))
    assert visitor.axe() == []
    visitor.go("/beheer/partners/mandate/")
    assert visitor.axe() == []


def test_the_agency_proposes_a_version_and_sees_that_another_confirms(visitor):
    visitor.sign_in("(agentschap)", "agency_administrator")
    page = visitor.go("/beheer/partners/mandate/")
    page.get_by_role("row").filter(has_text="Schuldbemiddeling").get_by_role("link").first.click()
    assert visitor.axe() == []
    page.get_by_role("link", name=re.compile("Nieuwe versie voorstellen")).click()
    assert visitor.axe() == []
    page.locator("[name=blocks][value=Wooncode]").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator("#content")).to_contain_text("Komt erbij: Wooncode")
    expect(page.locator("#content")).to_contain_text("U hebt deze versie zelf voorgesteld.")
    assert visitor.axe() == []
    page.get_by_role("link", name="Intrekken").click()
    assert visitor.axe() == []
    page.get_by_label("Reden").fill("proef")
    page.get_by_role("button", name="Intrekken").click()
    expect(page.locator("#content")).to_contain_text("ingetrokken")


def test_the_privacy_officer_reads_the_mandates(visitor):
    visitor.sign_in("OCMW Gent", "privacy_officer")
    page = visitor.go("/ocmw-gent/machtigingen/")
    expect(page.locator("table.mandates").first).to_contain_text("Leefloon")
    assert visitor.axe() == []


def test_search_boxes_of_the_admin_have_the_names_of_their_labels(visitor):
    visitor.sign_in("(agentschap)", "agency_administrator")
    page = visitor.go("/beheer/partners/mandate/add/")
    expect(page.get_by_role("combobox", name=re.compile("één instelling"))).to_be_visible()


@pytest.mark.parametrize(("role", "first"), [("local_administrator", "team"), ("privacy_officer", "inzages")])
def test_who_opens_no_files_arrives_at_the_team_or_the_desk(visitor, role, first):
    page = visitor.sign_in("OCMW Gent", role)
    page.wait_for_url(re.compile(f"/{first}/"))
    assert visitor.axe() == []


def test_wrong_passwords_slow_the_account_down_and_not_the_office(visitor):
    visitor.portal.sessions.clear()  # the other account has to enter its password too
    login, password = visitor.portal.accounts["VDAB", "case_worker"]
    page = visitor.go("/")
    for _ in range(6):
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", "verkeerd-wachtwoord")
        visitor.enter()
        if page.locator("input[name=login]").count() == 0:
            break
    visitor.go("/aanmelden/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    visitor.enter()
    expect(page.locator("table.clients")).to_have_count(0)
    assert visitor.axe() == []
    visitor.go("/aanmelden/")
    visitor.sign_in("OCMW Aalst", "case_worker")
    expect(page.locator("table.clients")).to_be_visible()
    visitor.portal.manage(
        "shell", "-c", "from partners.models import FailedSignIns as F; F.objects.all().delete()"
    )
