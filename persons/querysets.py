"""The gate: decides which clients an institution may see (`visible_to`). No other code decides this."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from partners.enums import Role, VersionStatus
from partners.models import Institution, Membership
from partners.periods import today
from partners.querysets import covering, open_on

from .dayranges import contains
from .sorting import fold, prefix_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partners.querysets import InstitutionQuerySet

    from .models import ClientListEntry

WHOLE_DATE = len("1986-03-12")


VIEW_PERSON = "persons.view_person"
REGISTRARS = (Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR)
NAMELESS = "\uffff"  # the sort key of a line without a name; see persons_list_line.sql
MOST_WORDS = 8  # of a search; further words are not looked at
MANY = 1_000  # words that start as a search does; beyond it the list itself is read, until a page is full


def may_open_files(acting: Membership | None) -> bool:
    """Return True if this membership may open files: it is in force today and belongs to a case worker.

    Staff of the agency and superusers open no files, whatever membership they have.
    """
    return acting is not None and acting.role == Role.CASE_WORKER and _works_here(acting)


def may_register(acting: Membership | None) -> bool:
    """Return True if this membership may register, extend and end where the mandate lets its role do so.

    Local administrators may; they see what their institution registered, and no status or file.
    """
    return acting is not None and acting.role in REGISTRARS and _works_here(acting)


def _works_here(acting: Membership) -> bool:
    return not (acting.user.is_staff or acting.user.is_superuser) and acting.is_in_force()


def _worked_for_by(acting: Membership) -> InstitutionQuerySet:
    return Institution.objects.worked_for_by(acting.institution_id)


def not_hidden(inscription: str) -> Func:
    """The condition that no rule above every mandate keeps this inscription from the bound user.

    PostgreSQL reads once for each query what was bound (persons_bind_rules.sql).
    """
    template = "(%(expressions)s = ANY ((SELECT app_hidden())::bigint[])) IS NOT TRUE"
    return Func(F(inscription), template=template, output_field=models.BooleanField())


def not_hidden_number(insz: str) -> Func:
    """The condition that no rule above every mandate keeps this number from the bound user."""
    template = "(%(expressions)s = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE"
    return Func(F(insz), template=template, output_field=models.BooleanField())


class InscriptionQuerySet(models.QuerySet):
    def in_force(self, day: datetime.date | None = None) -> InscriptionQuerySet:
        """Inscriptions that open a file on `day` (Brussels; default today).

        Both they and a confirmed version of their mandate cover it, they are not voided, and no rule above every
        mandate keeps them from the bound user. `version` on each row is that version; on any day there is one at most.
        """
        return self.counting(day).filter(person__isnull=False)

    def counting(self, day: datetime.date | None = None) -> InscriptionQuerySet:
        """Inscriptions as in `in_force`, whether or not the KBI has a dossier."""
        day = day or today()
        return (
            self.annotate(version=FilteredRelation("mandate__versions"))
            .filter(
                covering(day),
                covering(day, "version__"),
                open_on(day, "institution__"),
                not_hidden("pk"),
                version__status=VersionStatus.CONFIRMED,
                voided_at__isnull=True,
            )
            .select_related("mandate", "version")
        )

    def waiting_for(self, acting: Membership | None) -> InscriptionQuerySet:
        """The inscriptions of the institution of `acting` that will open a file once the KBI has a dossier."""
        if acting is None or not may_open_files(acting):
            return self.none()
        return self.counting().filter(person__isnull=True, institution_id=acting.institution_id)

    def visible_to(self, acting: Membership | None) -> InscriptionQuerySet:
        """The inscriptions through which `acting` may open a file today; none without a membership in force.

        Of all inscriptions: it is called on the manager.
        """
        assert not self.query.where, "visible_to begins with all inscriptions"
        if acting is None or not may_open_files(acting):
            return self.none()
        return _in_force_on(today()).filter(institution_id=acting.institution_id)

    def own(self, acting: Membership | None) -> InscriptionQuerySet:
        """The inscriptions of the institution of `acting`, also waiting, ended and voided ones: no person, no dossier.

        For case workers and local administrators, one of whom the mandate lets register; none for others.
        """
        if acting is None or not may_register(acting):
            return self.none()
        return self.filter(not_hidden("pk"), institution_id=acting.institution_id).select_related("mandate")


@lru_cache(maxsize=2)
def _in_force_on(day: datetime.date) -> InscriptionQuerySet:
    """Return the query of `in_force`, made once a day: at each file, making it took longer than running it."""
    from .models import Inscription

    return Inscription.objects.in_force(day)


class ClientListQuerySet(models.QuerySet):
    def visible_to(self, acting: Membership | None) -> ClientListQuerySet:
        """The lines of the client list `acting` may see today: one for each inscription in force."""
        if acting is None or not may_open_files(acting):
            return self.none()
        day = today()
        return self.filter(
            not_hidden("inscription_id"),
            counts_from__lte=day,
            counts_until__gte=day,
            institution_id=acting.institution_id,
        )

    def named(self, text: str) -> ClientListQuerySet:
        """Lines of which each word of `text` is the beginning of a word of the name, accents and capitals aside.

        Runs a query at once, for the inscriptions with these words. Where they are many, the page finds its lines
        sooner by reading the list in its order until it is full: the first lines that match are near.
        """
        from .models import NameWord

        words = fold(text).split()[:MOST_WORDS]
        if not words:
            return self.none()
        first, *others = words
        matches = NameWord.objects.starting_with(first)
        for word in others:
            of_line = NameWord.objects.starting_with(word).filter(
                inscription=OuterRef("inscription"), version=OuterRef("version")
            )
            matches = matches.filter(Exists(of_line))
        inscriptions = matches.values_list("inscription_id", flat=True)
        found = list(inscriptions[: MANY + 1])
        if len(found) <= MANY:
            return self.filter(inscription__in=found)
        # PostgreSQL would make a join of IN, and look up every match. Of this it makes a set, and looks in that.
        return self.filter(Case(When(inscription__in=inscriptions, then=True), default=False))

    def born(self, birth: str) -> ClientListQuerySet:
        """Lines about clients born on `birth`: `1986-03-12`, or `1986-03` or `1986` for all days in it.

        Of some clients the message gives the year, or year and month only (`1986-00-00`). They are found too when it
        could be their date.
        """
        if len(birth) == WHOLE_DATE:
            return self.filter(birth_date__in=[birth, f"{birth[:7]}-00", f"{birth[:4]}-00-00"])
        return self.filter(
            Q(birth_date__gte=birth, birth_date__lt=f"{birth}-99") | Q(birth_date=f"{birth[:4]}-00-00")
        )

    def of_clients_with(self, **values: object) -> ClientListQuerySet:
        """Lines of which this line, or another one of the same client here today, has these values."""
        from .models import ClientListEntry

        day = today()
        others = ClientListEntry.objects.filter(
            counts_from__lte=day,
            counts_until__gte=day,
            institution=OuterRef("institution"),
            insz=OuterRef("insz"),
            **values,
        )
        return self.filter(Q(**values) | Exists(others))

    def centres(self) -> list[str]:
        """Return the names of the centres of all parts of these lines, in the order of the alphabet."""
        names = self.values_list(
            Func(
                F("parts"), Value("$[*].centre"), function="jsonb_path_query", output_field=models.JSONField()
            ),
            flat=True,
        )
        return sorted(filter(None, names.distinct()), key=fold)

    def with_course_that_ends(
        self, first: datetime.date, last: datetime.date, *, part: str = ""
    ) -> ClientListQuerySet:
        """Lines with a course, of `part` if that is not "", that ends for the client from `first` to `last`."""
        path = '$[*] ? (@.ends >= $first && @.ends <= $last && ($part == "" || @.part == $part))'
        variables = {"first": first.isoformat(), "last": last.isoformat(), "part": part}
        ends = Func(
            F("parts"),
            Value(path),
            Value(variables, output_field=models.JSONField()),
            template="jsonb_path_exists(%(expressions)s)",
            arg_joiner=", ",
            output_field=models.BooleanField(),
        )
        return self.filter(Q(ends))

    def one_per_client(self) -> ClientListQuerySet:
        """These lines without those of which the same person has another line here today that ranks higher.

        The line that shows more ranks higher (`shows`), and of equal ones the one with the lower inscription. The
        database keeps the days on which a line is not the first (`hidden_on`).
        """
        return self.filter(Q(hidden_on=None) | ~Q(contains("hidden_on", today())))

    def beside(self, lines: Sequence[ClientListEntry]) -> ClientListQuerySet:
        """Those of these lines that are about the same persons as `lines`, or about persons of the same name.

        All lines of a person have the same name; of those without a name only the lines of the same person are here.
        """
        names = {line.sort_key for line in lines if line.sort_key != NAMELESS}
        nameless = {line.insz for line in lines if line.sort_key == NAMELESS}
        # One condition is planned in half the time of two.
        if not nameless:
            return self.filter(sort_key__in=names)
        return self.filter(Q(sort_key__in=names) | Q(insz__in=nameless))

    def followed_by(self, user_id: int) -> ClientListQuerySet:
        """Lines about clients in the caseload of this account at the institution of the line.

        The same clients as in guardian's view (`follow_person`), read by number: a line is in force already, and the
        view would check that again for each client. tests/persons/test_caseload_gate.py compares them.
        """
        from .models import CaseloadRow

        rows = CaseloadRow.objects.filter(
            institution=OuterRef("institution"), insz=OuterRef("insz"), user=user_id
        )
        return self.filter(Exists(rows))

    def with_changes_since(self, moment: datetime.datetime | Func) -> ClientListQuerySet:
        """Lines that show a change since `moment`, which may be an expression."""
        from .models import Change

        changes = Change.objects.filter(
            person=OuterRef("person"), at__gte=moment, blocks__contained_by=OuterRef("version__blocks")
        )
        of_line = Q(inscription__isnull=True) | Q(inscription=OuterRef("inscription"))
        return self.filter(Exists(changes.filter(of_line)))

    def without_colleague(self) -> ClientListQuerySet:
        """Lines about clients who are in no caseload of the institution."""
        return self.filter(in_caseload=False)


class ChangeQuerySet(models.QuerySet):
    def on(self, lines: ClientListQuerySet) -> ChangeQuerySet:
        """The changes that `lines` show: of their persons, and of blocks that the version of the line gives.

        The same rule as the policy of the table (persons_change.sql), and as in the file: capacities never add up.
        """
        showing = lines.filter(
            person=OuterRef("person"),
            version__blocks__contains=OuterRef("blocks"),
            # A change without an inscription shows on any of them.
            inscription=Coalesce(OuterRef("inscription"), F("inscription")),
        )
        # The persons first: PostgreSQL may then start from the lines, which are few in a caseload.
        return self.filter(Exists(showing), person__in=lines.values("person"))


class NameWordQuerySet(models.QuerySet):
    def starting_with(self, word: str) -> NameWordQuerySet:
        """Words that start with `word`, which is folded (see `sorting.fold`).

        A range and not LIKE: under row-level security only leakproof operators reach the index.
        """
        low, high = prefix_range(word)
        return self.filter(word__gte=low, word__lt=high)


class AccessRequestQuerySet(models.QuerySet):
    def visible_to(self, acting: Membership | None) -> AccessRequestQuerySet:
        """The detours that the institution of `acting`, or one that it succeeded, noted; withdrawn ones are left out.

        None without a membership that may open files.
        """
        if acting is None or not may_open_files(acting):
            return self.none()
        return self.filter(
            not_hidden_number("insz"), institution_id__in=_worked_for_by(acting), withdrawn_at__isnull=True
        )


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, acting: Membership | None) -> ReminderQuerySet:
        """The reminders, also done ones, about clients of today in the own caseload of `acting`."""
        from .models import CaseloadRow, Inscription

        if acting is None or not may_open_files(acting):
            return self.none()
        here = {"institution": acting.institution_id, "insz": OuterRef("insz")}
        return self.filter(
            Exists(CaseloadRow.objects.filter(**here, user=acting.user_id)),
            Exists(Inscription.objects.counting().filter(**here)),
            institution=acting.institution_id,
        )

    def open(self) -> ReminderQuerySet:
        """Reminders that are not done."""
        return self.filter(done_at__isnull=True)


class EscapeQuerySet(models.QuerySet):
    def in_force(self) -> EscapeQuerySet:
        """Escapes that open a file now: their hours, version, institution and access are in force, and no rule refuses.

        In SQL: persons_escape_in_force.sql.
        """
        now, day = Now(), today()
        accounts = Membership.objects.in_force(day).filter(
            user=OuterRef("user"),
            institution=OuterRef("institution"),
            role=Role.CASE_WORKER,
            user__is_staff=False,
            user__is_superuser=False,
        )
        return self.filter(
            Exists(accounts),
            covering(day, "version__"),
            not_hidden_number("insz"),
            at__lte=now,
            ends_at__gt=now,
            version__status=VersionStatus.CONFIRMED,
        )

    def visible_to(self, acting: Membership | None) -> EscapeQuerySet:
        """The escapes through which `acting` may open a file now: the user's own, at this institution."""
        if acting is None or not may_open_files(acting):
            return self.none()
        return (
            self.in_force()
            .filter(institution_id=acting.institution_id, user_id=acting.user_id)
            .select_related("version__mandate")
        )

    def to_review(self, acting: Membership) -> EscapeQuerySet:
        """The escapes that the institution of `acting` reviews: its own, and those of institutions that it succeeded.

        With their verdict.
        """
        return self.filter(institution_id__in=_worked_for_by(acting)).with_verdict()

    def with_verdict(self) -> EscapeQuerySet:
        """Set `verdict` on each row: that of its last review, None without one."""
        from .models import EscapeReview

        reviews = EscapeReview.objects.filter(escape=OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(verdict=Subquery(reviews.values("verdict")[:1]))


class OwnLookQuerySet(models.QuerySet):
    def of(self, acting: Membership) -> OwnLookQuerySet:
        """The looks of the bound user at the bound institution, the newest first; none for staff of the agency."""
        if acting.user.is_staff or acting.user.is_superuser:
            return self.none()
        return self.order_by("-place", "-id")


class QuestionQuerySet(models.QuerySet):
    def to_supplier(self, acting: Membership | None) -> QuestionQuerySet:
        """The questions that were sent to the institution of `acting`, or to one that it succeeded."""
        if acting is None or not may_open_files(acting):
            return self.none()
        return self.filter(not_hidden_number("insz"), supplier__in=_worked_for_by(acting))

    def open(self) -> QuestionQuerySet:
        """Questions that wait for an answer today. The same rule for one question: `QuestionState.of`."""
        return self.filter(answer="", changed_at__isnull=True, due_on__gte=today())
