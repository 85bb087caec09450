"""Ask which rule above every mandate refuses: for the log, after the gate showed nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners.models import Membership

from ..models import Escape
from ..numberhashes import hash_of
from ..rules import Facts, Rule, refusing


def refusal_of(public_id: uuid.UUID | str) -> Refusal:
    """Return why the bound user may not see what has this public id: a rule, or that it is not visible.

    It is that of an inscription, a detour, a reminder, or a question to the bound institution. One query, also for an
    id that does not exist: the answer takes as long.
    """
    rule = next(iter(_refusing([], str(public_id)).values()), None)
    return rule.code if rule else Refusal.NOT_VISIBLE


def refusal_of_escape(escape_id: uuid.UUID | str) -> Refusal:
    """Return why the bound user may not open the escape with this public id: a rule, or that it is not visible."""
    insz = Escape.objects.filter(public_id=escape_id).values_list("insz", flat=True).first()
    rule = refusing_rules([insz]).get(insz) if insz else None
    return rule.code if rule else Refusal.NOT_VISIBLE


def refusing_rules(numbers: Sequence[str]) -> dict[str, Rule]:
    """Return the rule that keeps each of these INSZ from the bound user; those that no rule refuses are left out.

    Whether or not the KBI or an institution knows the number. One query.
    """
    return _refusing(numbers, None)


def log_ruled(kind: Kind, numbers: Sequence[str], acting: Membership, *, target: str = "") -> set[str]:
    """Write a row of the log for each of these INSZ that a rule keeps from the bound user, and return them.

    They are in no other row: beside the rule, the number would say whose account it is. `target` is the public id of
    the list that has them.
    """
    ruled = refusing_rules(numbers)
    for number, rule in ruled.items():
        record(
            kind=kind, outcome=Outcome.REFUSED, rule=rule.code, acting=acting, target=target, numbers=[number]
        )
    return set(ruled)


def _refusing(numbers: Sequence[str], public_id: str | None) -> dict[str, Rule]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked, is_own, is_colleague, is_shielded, is_named"
            " FROM persons_rule_facts(%s::text[], %s::bytea[], %s::uuid)",
            [list(numbers), [hash_of(number) for number in numbers], public_id],
        )
        rules = {asked: refusing(Facts(*facts)) for asked, *facts in cursor.fetchall()}
    return {asked: rule for asked, rule in rules.items() if rule}
