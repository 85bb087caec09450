"""Bind a transaction to an institution, read a user's memberships, admit a partner."""

from __future__ import annotations

import datetime
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .addresses import reserved_words
from .enums import InstitutionKind
from .models import Institution, MandateVersion, Membership, User
from .periods import today
from .querysets import MembershipQuerySet
from .sealing import Unreadable, seal, unseal

AGENCY_SCOPE = "agency"
INSTITUTION_GROUP = "instelling: {name}"
SLUG_LENGTH = 50
# A step of a mandate version writes the list lines of all its clients, and waits for a batch of an import.
STEP_TIME, STEP_WAIT = "5min", "60s"
# Calls of SQL functions that later apps add to each binding, in its statement and after it (persons/apps.py).
also_bound: list[str] = []


def bind(
    *,
    institution_id: int | None = None,
    user_id: int | None = None,
    role: str = "",
    scope: str = "",
    inscription_id: int | None = None,
    escape_id: int | None = None,
    request_id: uuid.UUID | None = None,
    counts_looks: bool = False,
) -> bool:
    """Bind this transaction to an institution, user, role and scope; the binding ends with the transaction.

    Row-level security shows no person without it. `request_id` goes into the log rows that the transaction writes.
    With `counts_looks`, return True if the looks of the user are stopped or over a limit (`partners.limits`); False
    otherwise. Must run inside a transaction.
    """
    check = "partners_looks_over() IS NOT NULL" if counts_looks else "false"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.institution', %s, true), set_config('app.user', %s, true),"
            " set_config('app.role', %s, true), set_config('app.scope', %s, true),"
            " set_config('app.inscription', %s, true), set_config('app.escape', %s, true),"
            " set_config('app.request', %s, true),"
            # Set by partners.passwords once an account is proven.
            + ", ".join([" set_config('app.password_of', '', true)", *also_bound, check]),
            [
                str(value or "")
                for value in (institution_id, user_id, role, scope, inscription_id, escape_id, request_id)
            ],
        )
        is_over: bool = cursor.fetchone()[-1]
    return is_over


@contextmanager
def working_for(institution: Institution, user: User | None = None, role: str = "") -> Iterator[None]:
    """Open a transaction bound to `institution`, for work outside a request (commands, machines)."""
    with transaction.atomic():
        bind(institution_id=institution.pk, user_id=user.pk if user else None, role=role)
        yield
        bind()


@contextmanager
def in_role(role: str) -> Iterator[None]:
    """Bind the transaction to another role of the bound user at the bound institution, and to the one before it again.

    A page binds the first of its roles that the user has; a mandate may let only the other one register.
    """
    before = _bind_role(role)
    yield
    # After an error there is no way back: the transaction ends, and its binding with it.
    _bind_role(before)


def _bind_role(role: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.role', true), set_config('app.role', %s, true)", [role])
        [before, _now] = cursor.fetchone()
    return before or ""


def memberships_of(user: User) -> list[Membership]:
    """Return the memberships of `user` in force today, by name of the institution. One query."""
    memberships = list(_memberships_on(today()).filter(user=user))
    for membership in memberships:
        membership.user = user
    return memberships


@lru_cache(maxsize=2)
def _memberships_on(day: datetime.date) -> MembershipQuerySet:
    """Return the query of `memberships_of`, made once a day: at each request, making it took longer than running it."""
    return (
        Membership.objects.in_force(day).select_related("institution").order_by("institution__name", "role")
    )


def versions_by_capacity(institution: Institution) -> dict[str, MandateVersion]:
    """Return the version in force today for each capacity of `institution`. One query.

    Its own mandate takes precedence over that of its kind, as in `persons_judge_turn`.
    """
    versions = (
        MandateVersion.objects.in_force(today())
        .for_institution(institution)
        .select_related("mandate")
        .order_by("mandate__institution")  # NULL, the mandate of the kind, comes last
    )
    chosen: dict[str, MandateVersion] = {}
    for version in versions:
        chosen.setdefault(version.mandate.capacity, version)
    return chosen


def names_by_role(institution: Institution, *roles: str) -> dict[str, list[str]]:
    """Return the names of the members of `institution` who have one of `roles` today, by role. One query."""
    members = (
        Membership.objects.in_force(today())
        .filter(institution=institution, role__in=roles)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    names: dict[str, list[str]] = {role: [] for role in roles}
    for membership in members:
        names[membership.role].append(str(membership.user))
    return names


def institutions_of(memberships: Iterable[Membership]) -> list[Institution]:
    """Return the institutions of `memberships`, each once, in the same order."""
    return list(dict.fromkeys(membership.institution for membership in memberships))


def remember_filters(membership: Membership, filters: dict[str, str]) -> None:
    """Store the filters of the client list for next time. They are codes, never a name or number."""
    if membership.list_filters == filters:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partners_remember_filters(%s, %s::jsonb)", [membership.pk, json.dumps(filters)]
        )
    membership.list_filters = filters


def saved_filters(membership: Membership) -> dict[str, dict[str, str]]:
    """Return the filters that the user gave a name, by name; none when the secret key is another one by now.

    Under access that follows another, they are those of the earlier access until the user saves one.
    """
    source: Membership | None = membership
    if not membership.saved_filters and membership.follows_id:
        there = Membership.objects.filter(user=membership.user_id, institution=membership.institution_id)
        source = there.exclude(saved_filters="").order_by("-valid_from").first()
    if source is None or not source.saved_filters:
        return {}
    try:
        filters: dict[str, dict[str, str]] = unseal(source.saved_filters, "filters", source.pk)
    except Unreadable:
        return {}
    return filters


def save_filters(membership: Membership, filters: dict[str, dict[str, str]]) -> None:
    """Store the filters that the user gave a name. The name is the user's own text, so they are encrypted."""
    sealed = seal(filters, "filters", membership.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_save_filters(%s, %s)", [membership.pk, sealed])
    membership.saved_filters = sealed


def note_sign_in() -> None:
    """Note that the bound user opens a page of the bound institution, for the first time after signing in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_note_sign_in()")


def new_slug(name: str) -> str:
    """Return a slug for an institution of this name: no reserved word, and never used by another institution."""
    word = slugify(name)[:SLUG_LENGTH].strip("-") or "instelling"
    taken = reserved_words() | set(
        Institution.objects.filter(slug__startswith=word).values_list("slug", flat=True)
    )
    candidates = itertools.chain([word], (f"{word}-{number}" for number in itertools.count(2)))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def admit(
    *,
    name: str,
    kind: str,
    kbo_number: str = "",
    nis_code: str = "",
    sender_uri: str = "",
) -> Institution:
    """Admit a partner: create the institution and the auth group for its object permissions, and return it.

    Raises ValidationError, by field, when a name or number is wrong or taken.
    """
    institution = Institution(
        name=name, kind=InstitutionKind(kind), kbo_number=kbo_number, nis_code=nis_code, sender_uri=sender_uri
    )
    return save_institution(institution)


@transaction.atomic
def save_institution(institution: Institution) -> Institution:
    """Validate, save and return `institution`. A new one gets a group and a slug; a new name renames the group too.

    Raises ValidationError, by field.
    """
    institution.full_clean(exclude=["group"])
    group_name = INSTITUTION_GROUP.format(name=institution.name)
    if institution._state.adding:
        institution.group = Group.objects.create(name=group_name)
        institution.slug = new_slug(institution.name)
    elif institution.group.name != group_name:
        institution.group.name = group_name
        institution.group.save(update_fields=["name"])
    institution.save()
    return institution


# Why the database did not take a step in the life of a version.
NOT_TAKEN = {
    "not_open": _("Dit voorstel staat niet meer open."),
    "own_proposal": _("U hebt deze versie zelf voorgesteld. Een andere beheerder bevestigt ze."),
    "begun": _(
        "De eerste dag van deze versie is al begonnen. Trek een voorstel in en stel het opnieuw voor; een bevestigde"
        " versie beëindigt u."
    ),
    "overlaps": _("Voor een deel van deze dagen is al een volgende versie bevestigd."),
    "not_confirmed": _("Alleen een bevestigde versie kan eindigen."),
    "no_reason": _("Geef een reden."),
    "too_early": _("Het einde ligt voor gisteren, of voor het begin van de versie."),
    "later": _("Het einde kan alleen vroeger komen."),
}


def confirm_version(version: MandateVersion) -> None:
    """Confirm a proposal as the bound user; the version before it ends the day before. Raises ValidationError."""
    _step("SELECT partners_confirm_version(%s)", [version.pk], "confirmed")


def end_version(version: MandateVersion, until: datetime.date, reason: str) -> None:
    """Bring the end of a confirmed version forward to `until`, as the bound user. Raises ValidationError."""
    _step("SELECT partners_end_version(%s, %s, %s)", [version.pk, until, reason], "ended")


def withdraw_version(version: MandateVersion, reason: str) -> None:
    """Withdraw a proposal, or a version up to its first day, as the bound user. Raises ValidationError."""
    _step("SELECT partners_withdraw_version(%s, %s)", [version.pk, reason], "withdrawn")


def _step(statement: str, parameters: Sequence[int | str | datetime.date], expected: str) -> None:
    with connection.cursor() as cursor:
        # The lines of every client under the mandate are written in the same transaction.
        cursor.execute(f"SET LOCAL statement_timeout = '{STEP_TIME}'; SET LOCAL lock_timeout = '{STEP_WAIT}'")
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    if outcome != expected:
        raise ValidationError(NOT_TAKEN[outcome], code=outcome)
