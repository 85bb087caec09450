"""The months of an answer, and the numbers of one figure in them, by the columns of the table of 2015."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.formats import date_format
from django.utils.text import capfirst

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.periods import months_later

from ...figures import Figure
from ...models import ImportedCount
from ...services.counting import Month, first_month, monthly
from ...services.years import total

DAY: Final = datetime.timedelta(days=1)
MOST_MONTHS: Final = 36
# The columns of 2015, in its order. Other kinds come after them, in the order of their names in the code.
_COLUMNS: Final[tuple[tuple[str, tuple[InstitutionKind, ...]], ...]] = (
    ("OCMW", (InstitutionKind.OCMW,)),
    ("VMSW", (InstitutionKind.VMSW,)),
    ("VDAB", (InstitutionKind.VDAB,)),
    ("CVO/CBE", (InstitutionKind.CVO, InstitutionKind.CBE, InstitutionKind.SECTOR)),
    ("AHOVOKS", (InstitutionKind.AHOVOKS,)),
)
COLUMNS_NOTE: Final = (
    "De kolommen zijn die van het antwoord van 2015, per soort instelling: centra voor volwassenenonderwijs en voor"
    " basiseducatie staan samen, en andere soorten komen erachter. Boven een soort met maar één instelling staat haar"
    " naam. “–” betekent dat er geen gegevens zijn; 0 betekent dat er geteld is en dat er geen was."
)


@dataclass(frozen=True)
class Months:
    """The months from `first` to `last`, both included, by their first days."""

    first: datetime.date
    last: datetime.date

    @cached_property
    def all(self) -> tuple[datetime.date, ...]:
        number = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(months_later(self.first, index) for index in range(number))

    @property
    def until(self) -> datetime.date:
        """The first day after them."""
        return months_later(self.last, 1)

    @property
    def last_day(self) -> datetime.date:
        return self.until - DAY

    @property
    def words(self) -> str:
        if self.first == self.last:
            return month_name(self.first)
        return f"{month_name(self.first)} tot en met {month_name(self.last)}"


def month_name(month: datetime.date) -> str:
    """Return the name of a month with its year."""
    return date_format(month, "F Y")


def has_data(months: Months) -> bool:
    """Return True if the log had begun by the last month, or something was imported. Raises CountedElsewhere."""
    begins = first_month()
    if begins is not None and begins <= months.last:
        return True
    return ImportedCount.objects.filter(month__range=(months.first, months.last)).exists()


@dataclass(frozen=True)
class Column:
    """An institution, or the sum of several, in each month; None means no data."""

    head: str
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class Counted:
    """The numbers of a figure in these months. `begins` is the month in which the log begins; None if imported.

    `zeros` are the months in which an imported number of an institution is zero, by its name. `institutions` are those
    with numbers above zero, where some column has more than one.
    """

    figure: Figure
    months: Months
    columns: tuple[Column, ...]
    begins: datetime.date | None
    zeros: Mapping[str, tuple[datetime.date, ...]]
    institutions: tuple[Column, ...]

    @cached_property
    def totals(self) -> tuple[int | None, ...]:
        return tuple(total(cells) for cells in zip(*(column.cells for column in self.columns), strict=True))

    @property
    def total(self) -> int | None:
        return total(self.totals)


def counted(figure: Figure, months: Months) -> Counted:
    """Return the numbers of a figure. Needs the agency's scope. Raises CountedElsewhere."""
    counts = monthly(figure, months.first, months.until)
    begins = None if figure.measure else first_month()
    blank = {month: 0 for month in months.all if begins is not None and begins <= month}
    institutions = list(
        Institution.objects.order_by("name", "pk").values_list("pk", "name", "kind", "active")
    )
    present = {pk for pk, _month in counts}
    kinds: dict[int | None, str] = {}
    names: dict[str, list[str]] = {}
    for pk, name, kind, active in institutions:
        kinds[pk] = kind
        if pk in present or (active and blank and kind != InstitutionKind.AGENCY):
            names.setdefault(kind, []).append(name)
    sums: Counter[tuple[str, datetime.date]] = Counter()
    for (key, month), number in counts.items():
        sums[kinds.get(key, ""), month] += number
    columns = list(_columns(names, has_strays=any(kind == "" for kind, _month in sums)))
    is_shared = any(len(found) > 1 for _head, _kinds, found in columns)
    return Counted(
        figure,
        months,
        tuple(
            Column(head, _cells(of_kinds, months, sums, blank if found else {}))
            for head, of_kinds, found in columns
        ),
        begins,
        _zeros(counts, institutions) if figure.measure else {},
        _institutions(counts, months, institutions, blank) if is_shared else (),
    )


def _institutions(
    counts: Mapping[Month, int],
    months: Months,
    institutions: Iterable[tuple[int, str, str, bool]],
    blank: Mapping[datetime.date, int],
) -> tuple[Column, ...]:
    lines = (
        Column(name, tuple(counts.get((pk, month), blank.get(month)) for month in months.all))
        for pk, name, _kind, _active in institutions
    )
    return tuple(line for line in lines if total(line.cells))


def _columns(
    names: Mapping[str, list[str]], *, has_strays: bool
) -> Iterable[tuple[str, tuple[str, ...], list[str]]]:
    """Return head, kinds and names of the institutions of each column."""
    of_2015 = {kind for _head, kinds in _COLUMNS for kind in kinds}
    others = [(capfirst(str(kind.label)), (kind,)) for kind in InstitutionKind if kind not in of_2015]
    for head, kinds in _COLUMNS:
        found = [name for kind in kinds for name in names.get(kind, ())]
        yield found[0] if len(found) == 1 else head, kinds, found
    for head, kinds in others:
        if found := names.get(kinds[0], []):
            yield found[0] if len(found) == 1 else head, kinds, found
    if has_strays:
        yield "Zonder instelling", ("",), [""]


def _cells(
    kinds: tuple[str, ...],
    months: Months,
    sums: Mapping[tuple[str, datetime.date], int],
    blank: Mapping[datetime.date, int],
) -> tuple[int | None, ...]:
    return tuple(
        total([blank.get(month), *(sums[kind, month] for kind in kinds if (kind, month) in sums)])
        for month in months.all
    )


def _zeros(
    counts: Mapping[Month, int], institutions: Iterable[tuple[int, str, str, bool]]
) -> dict[str, tuple[datetime.date, ...]]:
    found: dict[str, tuple[datetime.date, ...]] = {}
    for pk, name, _kind, _active in institutions:
        months = tuple(sorted(month for (key, month), number in counts.items() if key == pk and number == 0))
        if months:
            found[name] = months
    return found
