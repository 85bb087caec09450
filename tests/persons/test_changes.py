"""What an import says that changed, and who sees it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from lxml.builder import E

from partners.periods import today
from persons.models import Change, ClientListEntry, Inscription, Person, Standing
from tests import factories
from tests.factories import fetch, inscribe, mandate, member, part_line, person, succeed
from tests.persons.inbox import FIRST, NEW, OLD, SECOND, THIRD, Inbox, broken, good
from tests.persons.magda import messages

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HERE, AWAY = "AANWEZIG", "AFWEZIG"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def changes() -> list[tuple[str, str]]:
    """Kind and part of every change, the oldest first."""
    with factories.owner():
        return list(Change.objects.order_by("pk").values_list("kind", "part"))


def course(*presences: str | None, tag: str = "nt2", **facts):
    """VormingsActiviteiten with a course of twenty lessons of an hour from 1 October 2025, these presences first."""
    written = [*presences, *[None] * (20 - len(presences))]
    lessons = [
        messages.lesson(f"2025-10-{day:02d}", "09:00", "10:00", presence)
        for day, presence in enumerate(written, 1)
    ]
    if tag == "mo":
        return messages.activities(messages.mo_course(*lessons, **facts))
    return messages.activities(nt2=[messages.nt2_course(*lessons, **facts)])


def message(day: str, *blocks, insz: str = OLD) -> bytes:
    return messages.as_bytes(messages.answer(messages.dossier(*blocks, insz=insz), day=day))


def suspended(begin: str, end: str):
    return E.Contracten(
        E.Contract(
            E.DatumRegistratie("2025-09-01"),
            E.Type("IC07G22"),
            E.Opschortingen(E.Opschorting(messages.period(begin, end))),
        )
    )


def attests(number: int):
    return E.BehaaldeAttesten(
        *(
            E.Document(
                E.Soort("ATTEST"),
                E.Type("AI023G22"),
                E.Id(messages.UUID.format(place)),
                E.DatumAanmaak("2025-10-01"),
            )
            for place in range(1, number + 1)
        )
    )


# What an import writes


WELL, BELOW, LOST = [HERE] * 5, [HERE] * 5 + [AWAY] * 3, [HERE] * 5 + [AWAY] * 7


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("2025-10-05", WELL), ("2025-10-08", BELOW), ["fell_below"]),
        (("2025-10-05", WELL), ("2025-10-12", LOST), ["out_of_reach"]),
        (("2025-10-08", BELOW), ("2025-10-12", LOST), ["out_of_reach"]),
        (("2025-10-08", BELOW), ("2025-10-20", [*BELOW, *[HERE] * 12]), ["back_above"]),
        (("2025-10-05", WELL), ("2025-10-06", [*WELL, HERE]), []),
        (("2025-10-08", BELOW), ("2025-10-09", [*BELOW, HERE]), []),
        # Before the first lesson there is no verdict to fall from, but the norm is not missed either.
        (("2025-09-30", []), ("2025-10-02", [AWAY, AWAY]), ["fell_below"]),
    ],
)
def test_a_verdict_that_changes_the_side_of_the_norm(inbox, before, after, expected):
    inbox.take(message(before[0], course(*before[1])))
    inbox.take(message(after[0], course(*after[1])))
    assert changes() == [(kind, "NT2") for kind in expected]


def test_each_part_by_itself(inbox):
    both = messages.activities(
        messages.mo_course(
            *(messages.lesson(f"2025-10-{day:02d}", "13:00", "14:00", HERE) for day in (1, 2))
        ),
        nt2=list(course(*WELL)[0]),
    )
    inbox.take(message("2025-10-05", both))
    worse = messages.activities(
        messages.mo_course(
            *(messages.lesson(f"2025-10-{day:02d}", "13:00", "14:00", HERE) for day in (1, 2))
        ),
        nt2=list(course(*BELOW)[0]),
    )
    inbox.take(message("2025-10-08", worse))
    assert changes() == [("fell_below", "NT2")]


@pytest.mark.parametrize(
    ("before", "after", "facts", "expected"),
    [
        ("2025-08-20", "2025-09-02", {}, ["course_begun"]),
        ("2025-10-01", "2025-10-02", {"left": "2025-10-01"}, ["course_left"]),
        ("2026-06-30", "2026-07-01", {}, ["course_ended"]),
        ("2025-10-01", "2025-10-01", {}, []),
    ],
)
def test_a_course_begins_is_left_and_ends(inbox, before, after, facts, expected):
    inbox.take(message(before, course(HERE, tag="mo")))
    inbox.take(message(after, course(HERE, tag="mo", **facts)))
    found = [kind for kind in changes() if kind[0].startswith("course")]
    assert found == [(kind, "MO") for kind in expected]
    with factories.owner():
        named = Change.objects.filter(kind__in=expected).values_list("course", flat=True)
        assert set(named) == ({"Maatschappelijke oriëntatie"} if expected else set())


def test_a_course_that_a_newer_message_adds_has_begun_when_it_runs(inbox):
    inbox.take(message("2025-10-01", messages.activities(messages.mo_course(number=1))))
    later = messages.activities(messages.mo_course(number=1), messages.mo_course(number=2, left="2025-09-20"))
    inbox.take(message("2025-10-02", later))
    assert changes() == []  # one that is over already is no news
    both = messages.activities(*(messages.mo_course(number=number) for number in (1, 3)))
    inbox.take(message("2025-10-03", both))
    assert changes() == [("course_begun", "MO")]


def test_a_suspension_begins_and_ends(inbox):
    for day in ("2025-10-05", "2025-10-06", "2025-10-07"):
        inbox.take(message(day, suspended("2025-10-06", "2025-10-06"), course(*WELL)))
    assert changes() == [("suspended", "NT2"), ("resumed", "NT2")]
    with factories.owner():
        blocks = Change.objects.first().blocks
    assert blocks == ["VormingsActiviteiten", "Contracten"]


def test_a_certificate_is_reached(inbox):
    inbox.take(message(FIRST))
    inbox.take(message(SECOND, attests(1)))
    assert changes() == [("certificate", "")]
    inbox.take(message(THIRD, attests(1)))
    inbox.take(message("2026-01-08", attests(2)))
    assert changes() == [("certificate", ""), ("certificate", "")]


def test_a_message_that_is_set_aside_is_a_change_once(inbox):
    inbox.take(message(FIRST))
    inbox.take(broken(SECOND))
    inbox.take(broken(SECOND), broken(THIRD))
    assert changes() == [("set_aside", "")]


def test_a_first_dossier_only_arrives_and_only_for_who_waited(inbox, ocmw, other_ocmw):
    waited = inscribe(ocmw, OLD)
    inbox.take(message("2025-10-12", attests(1), course(*LOST)))
    assert changes() == [("arrived", "")]
    inscribe(other_ocmw, OLD)
    seen = "SELECT inscription_id FROM persons_change"
    assert fetch(seen, institution=ocmw.pk) == [(waited.pk,)]
    # Another institution would learn that somebody had registered the number.
    assert fetch(seen, institution=other_ocmw.pk) == []


def test_the_same_message_again_changes_nothing_also_when_it_is_judged_again(inbox):
    inbox.take(message("2025-10-05", course(*WELL)))
    inbox.take(message("2025-10-08", course(*BELOW)))
    before = changes()
    inbox.take(message("2025-10-08", course(*BELOW)))
    with factories.owner():
        Standing.objects.update(rules=0, verdict="kept", parts=[part_line()])
    assert inbox.take(message("2025-10-08", course(*BELOW))).changed == 1
    # An older message is no news either.
    inbox.take(message("2025-10-07", course(*[HERE] * 7)))
    assert changes() == before


def test_two_messages_of_a_batch_count_as_the_newest(inbox):
    inbox.take(message("2025-10-05", course(*WELL)))
    inbox.take(message("2025-10-08", course(*BELOW)), message("2025-10-12", course(*LOST)))
    assert changes() == [("out_of_reach", "NT2")]


def test_another_version_of_the_messages_begins_no_courses(inbox):
    inbox.take(message("2026-01-05", course(*WELL)))
    old = messages.publication(messages.full_old_dossier(), day="2026-01-06")
    inbox.take(messages.as_bytes(old))
    with factories.owner():
        assert Person.objects.get(insz=OLD).version == "01.00"
    assert not [kind for kind, _part in changes() if kind.startswith("course") or kind == "certificate"]


def test_the_line_says_when_somebody_fell_and_forgets_it_when_no_part_is_below(inbox, ocmw):
    inscribe(ocmw, OLD)
    inscribe(ocmw, OLD, "schuldbemiddeling")  # gives no attendance
    fell = "SELECT count(fell_at), count(*) FROM persons_clientlistentry"
    inbox.take(message("2025-10-05", course(*WELL)))
    assert fetch(fell, institution=ocmw.pk) == [(0, 2)]
    inbox.take(message("2025-10-08", course(*BELOW)))
    assert fetch(fell, institution=ocmw.pk) == [(1, 2)]
    inbox.take(message("2025-10-09", course(*BELOW, HERE)))
    assert fetch(fell, institution=ocmw.pk) == [(1, 2)]
    inbox.take(message("2025-10-20", course(*BELOW, *[HERE] * 12)))
    assert fetch(fell, institution=ocmw.pk) == [(0, 2)]


# Who sees it


def change(
    who: Person, kind: str = "fell_below", blocks: tuple[str, ...] = ("VormingsActiviteiten",), **more
):
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        [now] = cursor.fetchone()
        return Change.objects.create(person=who, kind=kind, blocks=list(blocks), **{"at": now} | more)


def seen_by(where, acting=None) -> list[str]:
    """Kinds of the changes that raw SQL shows the web role; the same as the gate in Python, when `acting` is given."""
    rows = fetch("SELECT kind FROM persons_change ORDER BY kind", institution=where.pk)
    if acting is not None:
        with factories.owner():
            found = Change.objects.on(ClientListEntry.objects.visible_to(acting))
            assert sorted(each.kind for each in found) == [kind for (kind,) in rows]
            lines = ClientListEntry.objects.visible_to(acting)
            long_ago = timezone.now() - 400 * DAY
            with_changes = set(lines.with_changes_since(long_ago).values_list("person_id", flat=True))
            assert with_changes == {each.person_id for each in found}
    return [kind for (kind,) in rows]


def test_a_change_shows_where_its_line_and_its_block_do(ocmw, other_ocmw, case_worker, outsider):
    mandate(other_ocmw, blocks=["Personalia", "BehaaldeAttesten"])
    hodan = person()
    inscribe(ocmw, hodan)
    change(hodan)
    change(hodan, "certificate", ("BehaaldeAttesten",))
    change(hodan, "suspended", ("VormingsActiviteiten", "Contracten"))
    change(hodan, "set_aside", ())
    change(person("Niemands"))
    assert seen_by(other_ocmw, outsider) == []
    inscribe(other_ocmw, hodan)
    assert seen_by(other_ocmw, outsider) == ["certificate", "set_aside"]
    narrow = factories.institution("OCMW Nauw", "ocmw")
    mandate(narrow, blocks=["Personalia", "VormingsActiviteiten"])
    inscribe(narrow, hodan)
    assert seen_by(narrow, member(narrow)) == ["fell_below", "set_aside"]


def test_two_capacities_never_add_up(ocmw, case_worker):
    mandate(ocmw, capacity="leefloon", blocks=["Personalia", "VormingsActiviteiten"])
    mandate(ocmw, capacity="andere_hulp", blocks=["Personalia", "Contracten"])
    hodan = person()
    for capacity in ("leefloon", "andere_hulp"):
        inscribe(ocmw, hodan, capacity)
    change(hodan, "suspended", ("VormingsActiviteiten", "Contracten"))
    assert seen_by(ocmw, case_worker) == []


@pytest.mark.parametrize("how", ["ended", "to come", "version"])
def test_without_a_line_in_force_nothing_shows(ocmw, case_worker, how):
    hodan = person()
    basis = mandate(ocmw)
    made = inscribe(ocmw, hodan, valid_from=today() + DAY if how == "to come" else None)
    change(hodan)
    change(hodan, "arrived", (), inscription=made)
    assert seen_by(ocmw, case_worker) == ([] if how == "to come" else ["arrived", "fell_below"])
    if how == "ended":
        with factories.owner():
            Inscription.objects.filter(pk=made.pk).update(valid_until=today() - DAY)
    elif how == "version":
        factories.end(basis.versions.get(), today() - DAY)
    assert seen_by(ocmw, case_worker) == []


def test_the_owner_sees_none_unless_it_says_that_it_works(ocmw):
    change(person())
    with factories.owner(), connection.cursor() as cursor:
        counts = []
        for works in ("on", ""):
            cursor.execute("SELECT set_config('app.owner_work', %s, true)", [works])
            cursor.execute("SELECT count(*) FROM persons_change")
            counts += cursor.fetchone()
        cursor.execute("SET LOCAL app.owner_work = 'on'")
    assert counts == [1, 0]


def test_changes_go_on_under_the_newer_number(inbox, ocmw, case_worker):
    number = "A0000001"
    inbox.take(good(FIRST, unique=number))
    inscribe(ocmw, OLD)
    with factories.owner():
        change(Person.objects.get(insz=OLD), "set_aside", ())
    inbox.take(good(SECOND, NEW, unique=number), good(SECOND, OLD, unique=number, replaced=True))
    with factories.owner():
        assert Change.objects.get().person.insz == NEW
    assert seen_by(ocmw, case_worker) == ["set_aside"]


def test_a_successor_sees_them_from_its_first_day(ocmw, other_ocmw, case_worker, outsider):
    hodan = person()
    inscribe(ocmw, hodan)
    change(hodan)
    succeed(ocmw.slug, other_ocmw.slug)
    assert seen_by(other_ocmw, outsider) == ["fell_below"]
    assert seen_by(ocmw) == []


def test_a_person_takes_the_changes_along(ocmw):
    hodan = person()
    change(hodan)
    with factories.owner():
        hodan.delete()
        assert not Change.objects.exists()
