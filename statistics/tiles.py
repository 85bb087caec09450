"""The tiles on the first page of the admin: what waits for an administrator, each with the page where it is done.

Each function below returns one tile, or None for users who may not do it and when there is nothing to do. No tile names
a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.seals.proven import proven
from partners.enums import VersionStatus
from partners.heartbeats import late_jobs
from partners.models import MandateVersion, Membership, User
from partners.periods import today
from persons.formats import clock, day
from persons.models import ImportRun, SetAsideMessage

from .adoption.rule import NOT_USING
from .adoption.services import adoption_counts
from .questions import NOT_USED
from .services.counting import CountedElsewhere
from .services.home import ending_access, ending_mandates
from .tables import number

WARNED, FINE = "warned", "fine"


@dataclass(frozen=True)
class Tile:
    """One thing to do: a heading with its number, why it matters, and one link. `look` is WARNED, FINE or empty."""

    heading: str
    why: str
    link: str
    href: str
    look: str = ""
    is_button: bool = False


def tiles(request: HttpRequest) -> list[Tile]:
    """Return the tiles for the signed-in administrator, in the order of the page."""
    user = cast(User, request.user)
    made = (
        _giving_access(user),
        *_proposals(user),
        _ending_access(user),
        _ending_mandates(user),
        _unused(user),
        _set_aside(user),
        _system(user),
    )
    return [tile for tile in made if tile]


def _giving_access(user: User) -> Tile | None:
    if not user.has_perm("partners.add_membership"):
        return None
    return Tile(
        _("Toegang geven"),
        _("Wie, welke instelling, welke rol, tot wanneer; u ziet alles nog eens voor u het voorstelt."),
        _("Toegang geven"),
        reverse("admin:partners_membership_add"),
        is_button=True,
    )


def _proposals(user: User) -> Iterator[Tile]:
    """Proposals of access and of mandates, a tile for each where some wait."""
    if not user.has_perms(["partners.change_membership", "partners.change_mandateversion"]):
        return
    why = _("Tot iemand anders dan de indiener het bevestigt, opent het geen dossier.")
    if access := Membership.objects.waiting(today()).count():
        words = ngettext(
            "{number} voorstel van toegang wacht", "{number} voorstellen van toegang wachten", access
        )
        page = reverse("admin:partners_membership_changelist")
        yield _warned(words, access, why, _("Bevestigen"), f"{page}?status__exact=proposed")
    if mandates := MandateVersion.objects.filter(status=VersionStatus.PROPOSED).count():
        words = ngettext(
            "{number} voorstel van een machtiging wacht",
            "{number} voorstellen van machtigingen wachten",
            mandates,
        )
        page = reverse("admin:partners_mandateversion_changelist")
        yield _warned(words, mandates, why, _("Bevestigen"), f"{page}?status__exact=proposed")


def _ending_access(user: User) -> Tile | None:
    if not user.has_perm("partners.change_membership"):
        return None
    ending = ending_access()
    if not ending.number:
        return None
    why = ngettext(
        "Binnen 30 dagen, bij {number} instelling.",
        "Binnen 30 dagen, bij {number} instellingen.",
        ending.institutions,
    ).format(number=number(ending.institutions))
    if ending.last_administrators:
        why += " " + ngettext(
            "{number} ervan heeft dan geen lokale beheerder meer.",
            "{number} ervan hebben dan geen lokale beheerder meer.",
            ending.last_administrators,
        ).format(number=number(ending.last_administrators))
    return _warned(
        ngettext("{number} toegang loopt af", "{number} toegangen lopen af", ending.number),
        ending.number,
        why,
        _("Nakijken"),
        f"{reverse('admin:partners_membership_changelist')}?ending=yes",
    )


def _ending_mandates(user: User) -> Tile | None:
    if not user.has_perm("partners.add_mandateversion"):
        return None
    versions = ending_mandates()
    if not versions:
        return None
    first = versions[0]
    words = (
        _("{mandate}, tot en met {day}. Daarna opent ze geen dossier meer.")
        if len(versions) == 1
        else _("Eerst {mandate}, tot en met {day}. Daarna opent ze geen dossier meer.")
    )
    why = words.format(mandate=first.mandate, day=day(first.valid_until))
    return _warned(
        ngettext("{number} machtiging loopt af", "{number} machtigingen lopen af", len(versions)),
        len(versions),
        why,
        _("Verlengen of vervangen"),
        f"{reverse('admin:partners_mandateversion_changelist')}?ending=yes",
    )


def _unused(user: User) -> Tile | None:
    """Entitled institutions that do not use the portal."""
    if not user.has_perm("statistics.view_adoption"):
        return None
    try:
        counts = adoption_counts()
    except CountedElsewhere:
        return None
    unused = sum(counts[each] for each in NOT_USING)
    if not unused:
        return None
    classes = [f"{each.label}: {number(counts[each])}" for each in NOT_USING if counts[each]]
    return Tile(
        ngettext("{number} instelling zonder gebruik", "{number} instellingen zonder gebruik", unused).format(
            number=number(unused)
        ),
        _("{classes}. Nodig ze uit of herinner ze.").format(classes=capfirst(", ".join(classes))),
        str(NOT_USED.words),
        reverse("admin:statistics_adoption"),
    )


def _set_aside(user: User) -> Tile | None:
    if not user.has_perm("persons.view_setasidemessage"):
        return None
    messages = SetAsideMessage.objects.filter(settled_at=None).count()
    if not messages:
        return None
    return _warned(
        ngettext("{number} opzijgezet bericht", "{number} opzijgezette berichten", messages),
        messages,
        _("Tot ze opnieuw ingelezen zijn, staat er bij de cliënt dat de gegevens onzeker zijn."),
        _("Nakijken"),
        reverse("admin:persons_setasidemessage_changelist"),
    )


def _system(user: User) -> Tile:
    """The state of the jobs, of the log and of the imports: for every user of the admin."""
    late, state = late_jobs(), proven()
    gap = state.gap()
    if late:
        heading = ngettext(
            "{number} taak van de server is te laat", "{number} taken van de server zijn te laat", len(late)
        ).format(number=number(len(late)))
    else:
        heading = _("Het logboek is nu niet bewezen") if gap else _("Alles loopt")
    sentences = [_last_import()] if user.has_perm("persons.view_setasidemessage") else []
    if late:
        sentences.append(_("Te laat: {jobs}.").format(jobs=", ".join(late)))
    if gap:
        sentences.append(_("Niet bewezen: {reason}.").format(reason=gap.label))
    else:
        sentences.append(_("Logboek bewezen sinds {day}.").format(day=day(state.since)))
    if late or gap:
        sentences.append(_("Vraag het aan wie de server beheert."))
    return Tile(
        heading,
        " ".join(sentences),
        _("Toestand van het systeem"),
        reverse("admin:system"),
        WARNED if late or gap else FINE,
    )


def _last_import() -> str:
    run = ImportRun.objects.first()
    if run is None:
        return _("Er zijn nog geen dossiers ingelezen.")
    if run.ended_at:
        words, at = _("Laatste inlezing {day} om {time}."), run.ended_at
    else:
        words, at = _("De inlezing van {day} om {time} loopt nog, of werd afgebroken."), run.started_at
    return words.format(day=day(at), time=clock(at))


def _warned(words: str, count: int, why: str, link: str, href: str) -> Tile:
    return Tile(words.format(number=number(count)), why, link, href, WARNED)
