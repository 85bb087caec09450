"""What a list of a few thousand lines can be sorted by without an index: one value for each line, never NULL."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from partners.periods import today

from .attendance import Part
from .enums import STATUSES


def percentage(part: Part) -> Expression:
    """The percentage of a part; -1 without one."""
    path = f'$[*] ? (@.part == "{part.value}").cut'
    first = Func(
        F("parts"),
        Value(path),
        template="(jsonb_path_query_first(%(expressions)s) #>> '{}')::numeric",
        output_field=DecimalField(max_digits=7, decimal_places=4),
    )
    return Coalesce(first, Value(Decimal(-1)), output_field=DecimalField(max_digits=7, decimal_places=4))


def status() -> Expression:
    """The place of the status among the tabs."""
    places = [When(verdict=code, then=Value(place)) for place, code in enumerate(STATUSES)]
    return Case(*places, default=Value(len(STATUSES)), output_field=IntegerField())


def next_lesson() -> Expression:
    """The day of the next lesson of the message, from today on, as ISO text; lines without one are last."""
    return Func(
        F("parts"),
        Value(today().isoformat()),
        template=(
            "(SELECT coalesce(min(left(lesson #>> '{}', 10)), '9999')"
            " FROM (VALUES (%(expressions)s)) AS line(parts, today),"
            " jsonb_path_query(line.parts, '$[*].lessons[*]') AS lesson WHERE lesson #>> '{}' >= line.today)"
        ),
        output_field=CharField(),
    )


def colleague() -> Expression:
    """The first name among the colleagues who have the client in their caseload; "" without one."""
    from .models import CaseloadRow

    rows = CaseloadRow.objects.filter(institution=OuterRef("institution"), insz=OuterRef("insz"))
    full = Trim(Concat("user__first_name", Value(" "), "user__last_name"))
    name = Coalesce(NullIf(full, Value("")), "user__email", output_field=CharField())
    first = Subquery(rows.annotate(name=name).order_by("name").values("name")[:1])
    return Coalesce(first, Value(""), output_field=CharField())


# By the name of the column in the list.
SORT_KEYS: dict[str, Callable[[], Expression]] = {
    "mo": lambda: percentage(Part.MO),
    "nt2": lambda: percentage(Part.NT2),
    "plo": lambda: percentage(Part.PLO),
    "standing": status,
    "lesson": next_lesson,
    "colleague": colleague,
}
