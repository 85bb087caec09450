"""The desk says whether the log is proven, which signals wait, and who was refused outside the institution."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation
from consultations.seals.proven import Proven
from partners.enums import Role
from partners.models import Membership, Signal
from partners.periods import today
from partners.services import working_for
from partners.signals import SignalKind, raise_signal

from .. import factories
from ..factories import inscribe, log_rows, member, person
from .conftest import SLUG, moment, page, text_of, working_day

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def raised(acting: Membership, kind: SignalKind, **values: object) -> Signal:
    with working_for(acting.institution, acting.user, acting.role):
        raise_signal(kind, **values)
    with factories.owner():
        return Signal.objects.order_by("-pk")[0]


def handle(browser: Client, signal: Signal, **options: object):
    return browser.post(page("handle_signal", signal.reference), **options)


def test_an_escape_leads_to_its_look(browser, ocmw, case_worker, write):
    look = write(case_worker, inscription=inscribe(ocmw, person("Geheim")))
    signal = raised(case_worker, SignalKind.ESCAPE, look=look)
    response = browser.get(page("desk"))
    assert f"Noodinzage · {case_worker.user}" in text_of(response)
    assert signal.reference in text_of(response)
    assert f'href="{page("look", look)}"' in response.content.decode()
    assert "Geheim" not in response.content.decode()


@pytest.mark.parametrize(
    ("kind", "more"), [(SignalKind.LIMIT, ""), (SignalKind.REFUSALS, "&amp;outcome=refused")]
)
def test_a_limit_leads_to_the_looks_of_that_day(kind, more, browser, case_worker):
    raised(case_worker, kind)
    day = f"{today():%d%%2F%m%%2F%Y}"
    html = browser.get(page("desk")).content.decode()
    link = f"{page('desk')}?user={case_worker.user_id}&amp;since={day}&amp;until={day}{more}"
    assert f'href="{link}"' in html
    assert browser.get(link.replace("&amp;", "&")).status_code == 200


def test_it_is_handled_once_and_says_by_whom(browser, case_worker, privacy_officer):
    signal = raised(case_worker, SignalKind.LIMIT)
    assert "1 signaal" in browser.get(page("person_search")).content.decode()
    words = text_of(handle(browser, signal, follow=True))
    assert f"Signaal {signal.reference} is afgehandeld" in words
    assert f"afgehandeld door {privacy_officer.user}" in words
    assert "Geen enkel signaal wacht" in words
    assert "1 signaal" not in browser.get(page("person_search")).content.decode()
    assert "al afgehandeld" in text_of(handle(browser, signal, follow=True))


def test_the_own_signal_has_no_button_and_stays(browser, privacy_officer):
    signal = raised(privacy_officer, SignalKind.LIMIT)
    assert page("handle_signal", signal.reference) not in browser.get(page("desk")).content.decode()
    assert "gaat over uzelf" in text_of(handle(browser, signal, follow=True))
    with factories.owner():
        assert Signal.objects.get().handled_at is None


def test_the_signal_of_another_institution_is_not_there(browser, other_ocmw):
    signal = raised(member(other_ocmw), SignalKind.LIMIT)
    assert signal.reference not in browser.get(page("desk")).content.decode()
    assert handle(browser, signal).status_code == 404
    assert (log_rows()[-1]["outcome"], log_rows()[-1]["target"]) == ("refused", signal.reference)


def test_other_roles_do_not_see_how_many_wait(case_worker, sign_in):
    raised(case_worker, SignalKind.LIMIT)
    html = sign_in(case_worker).get(reverse("client_list", args=[SLUG])).content.decode()
    assert "1 signaal" not in html


def state(**changes: object) -> Proven:
    now = timezone.now()
    values = {
        "since": now - 90 * DAY,
        "sealed_until": now,
        "unsealed": 0,
        "oldest_unsealed": None,
        "verified_at": now,
        "until": now,
        "findings": 0,
    }
    return Proven(**values | changes)  # type: ignore[arg-type]


NEVER = {"since": None, "sealed_until": None, "verified_at": None, "until": None, "findings": None}


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({}, "ok", "✓ Logboek bewezen sinds"),
        (
            {"findings": 2},
            "bad",
            "✗ Het logboek is nu niet bewezen: de controle vond dat het logboek gewijzigd is",
        ),
        ({"oldest_unsealed": timezone.now() - DAY}, "bad", "de verzegeling loopt achter"),
        ({"verified_at": timezone.now() - 3 * DAY}, "bad", "de laatste twee dagen niet gecontroleerd"),
        (NEVER, "bad", "het logboek is nog niet verzegeld"),
    ],
)
def test_the_desk_says_whether_the_log_is_proven(changes, kind, words, browser, monkeypatch):
    monkeypatch.setattr("oversight.views.proven", lambda: state(**changes))
    response = browser.get(page("desk"))
    assert words in text_of(response)
    assert f'class="proof {kind}"' in response.content.decode()
    assert ("Verwittig het agentschap" in text_of(response)) == (kind == "bad")


def test_a_log_that_was_never_sealed_is_not_proven(browser):
    assert "Het logboek is nu niet bewezen: het logboek is nog niet verzegeld" in text_of(
        browser.get(page("desk"))
    )


@pytest.fixture
def refuse():
    """`refuse(acting, at=…)` writes the row of an address where this user has no access."""

    def _refuse(acting: Membership, at: datetime.datetime, slug: str = "ocmw-elders") -> None:
        with factories.owner():
            Consultation.objects.create(
                at=at,
                kind="search",
                channel="portal",
                outcome="refused",
                rule="no_membership",
                user_id=acting.user_id,
                target=slug,
                numbers=["91610100176"],
            )

    return _refuse


def test_refusals_elsewhere_say_who_and_when_and_not_where(
    browser, ocmw, other_ocmw, case_worker, refuse, outsider
):
    at = moment(working_day(), 10)
    refuse(case_worker, at)
    refuse(case_worker, at)
    refuse(outsider, at)
    response = browser.get(page("desk"))
    words = text_of(response)
    assert "Geweigerd buiten uw instelling" in words
    assert f"{case_worker.user} : 2 keer" in words or f"{case_worker.user}: 2 keer" in words
    assert str(outsider.user) not in words
    for secret in (other_ocmw.slug, other_ocmw.name, "91610100176", "91.61.01-001.76"):
        assert secret not in response.content.decode()


def test_only_of_days_on_which_the_user_had_access_here(browser, ocmw, refuse):
    former = member(ocmw, ended=True)
    refuse(former, moment(today() - DAY, 10))
    assert str(former.user) in text_of(browser.get(page("desk")))
    other = member(ocmw, ended=True)
    refuse(other, moment(today(), 0, 1))
    words = text_of(browser.get(page("desk")))
    assert words.count("keer, op") == 1


def test_no_one_else_asks_who_was_refused_elsewhere(case_worker, other_ocmw, privacy_officer):
    officer = member(other_ocmw, Role.PRIVACY_OFFICER)
    call = "SELECT * FROM partners_refused_elsewhere(%s, now() - interval '1 day', now())"
    for acting in (case_worker, officer):
        with pytest.raises(DatabaseError, match=r"no access|does not read"), transaction.atomic():
            factories.fetch(
                call,
                privacy_officer.institution_id,
                institution=acting.institution_id,
                user=acting.user_id,
                role=acting.role,
            )
