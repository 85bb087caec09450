"""Read shields, names and reports for a privacy officer, take steps, and write the log row of each beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership, OwnNumber, User
from partners.periods import today
from partners.querysets import covering
from persons.models import NamedLooker, OwnFileReport, Shield
from persons.querysets import REGISTRARS

MOST_REPORTS = 100
MOST_PAST = 20  # of one person


def in_force() -> Q:
    """The condition that a shield or a name counts today. In Python: `is_in_force`."""
    return Q(covering(today()), ended_at__isnull=True)


def count_lookers(numbers: Iterable[str]) -> Counter[str]:
    """Return how many colleagues may look at each of `numbers` today all the same."""
    named = NamedLooker.objects.filter(in_force(), insz__in=set(numbers))
    return Counter(named.values_list("insz", flat=True))


def colleagues_to_name(acting: Membership) -> QuerySet[User]:
    """The accounts that may be named: those that see or register clients at the institution today, but not the own."""
    access = Membership.objects.in_force(today()).filter(
        institution=acting.institution_id, role__in=REGISTRARS
    )
    return (
        User.objects.filter(pk__in=access.values("user"))
        .exclude(pk=acting.user_id)
        .order_by("last_name", "first_name", "pk")
    )


# -- one person


@dataclass(frozen=True)
class Protection:
    """What shields one person here today: by the `own` institution, by the `agency` (None: not), and who may look.

    `past` are earlier shields and names, the newest first.
    """

    own: Shield | None
    agency: Shield | None
    lookers: Sequence[NamedLooker]
    past: Sequence[Shield | NamedLooker]


def show_protection(insz: str, acting: Membership) -> Protection:
    """Read what shields a person, and write the log row."""
    with transaction.atomic():
        shields = list(Shield.objects.filter(insz=insz).select_related("institution", "made_by", "ended_by"))
        lookers = list(NamedLooker.objects.filter(insz=insz).select_related("user", "made_by", "ended_by"))
        _record(acting, asked=[insz], shown=[insz])
    own = next((each for each in shields if each.institution_id and each.is_in_force()), None)
    agency = next((each for each in shields if not each.institution_id and each.is_in_force()), None)
    past: list[Shield | NamedLooker] = [*shields, *lookers]
    past = [each for each in past if not each.is_in_force()]
    return Protection(
        own=own,
        agency=agency,
        lookers=[each for each in lookers if each.is_in_force()],
        past=sorted(past, key=lambda each: each.made_at, reverse=True)[:MOST_PAST],
    )


def take_step(step: Callable[[], None], insz: str, acting: Membership) -> None:
    """Take a step of `persons.services.shielding` about a person, and write the log row. Raises what that raises."""
    with transaction.atomic():
        step()
        _record(acting, asked=[insz], shown=[])


# -- accounts of clients


def open_reports() -> QuerySet[OwnFileReport]:
    """The reports that wait for an answer: their number was not cleared meanwhile. The oldest first."""
    entered = OwnNumber.objects.filter(user=OuterRef("user_id"), set_at__lte=OuterRef("at"))
    return OwnFileReport.objects.filter(Exists(entered), answer="").order_by("at", "pk")


def show_reports(acting: Membership) -> list[OwnFileReport]:
    """Return the open reports, then the newest others, and write the log row. Sets `is_open` on each."""
    with transaction.atomic():
        waiting = list(open_reports().select_related("user")[:MOST_REPORTS])
        others = OwnFileReport.objects.exclude(pk__in=[each.pk for each in waiting])
        others = others.order_by(Greatest("answered_at", "at").desc(), "-pk")
        reports = [*waiting, *others.select_related("user", "answered_by")[: MOST_REPORTS - len(waiting)]]
        _record(acting, asked=[], shown=[], is_empty=not reports)
    for each in reports:
        each.is_open = each in waiting
    return reports


def answer_report(step: Callable[[], None], acting: Membership) -> None:
    """Take the answer to a report (`persons.services.ownnumbers.answer`), and write the log row, without a number."""
    with transaction.atomic():
        step()
        _record(acting, asked=[], shown=[])


def _record(
    acting: Membership, *, asked: Sequence[str], shown: Sequence[str], is_empty: bool = False
) -> Consultation:
    outcome = Outcome.EMPTY if is_empty else Outcome.SHOWN
    return record(kind=Kind.SHIELD, outcome=outcome, acting=acting, numbers=asked, shown=shown)
