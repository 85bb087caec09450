"""The persons, their dossiers as received, and the inscriptions that open them.

Row-level security is forced on every table with person data (`persons/sql`). The web role reads only the rows that the
bound institution and inscription allow.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from consultations.services import Subject
from partners.models import Institution, Mandate, MandateVersion, User

from . import urgency
from .accessrequests import AccessRequest, AccessRequestEvent  # noqa: F401 (models of this app)
from .attendance import Part
from .caseloads import CaseloadRow, HandOver, Reminder  # noqa: F401 (models of this app)
from .changes import Change  # noqa: F401 (a model of this app)
from .dayranges import DayRangesField
from .enums import (
    NOT_SHOWN,
    InscriptionStep,
    QuestionAnswer,
    QuestionReason,
    QuestionState,
    SetAsideReason,
    VerdictLabel,
)
from .escapes import Escape, EscapeReview  # noqa: F401 (models of this app)
from .looks import OwnLook  # noqa: F401 (a model of this app)
from .querysets import ClientListQuerySet, InscriptionQuerySet, NameWordQuerySet, QuestionQuerySet
from .shields import HashKey, NamedLooker, NumberHash, OwnFileReport, Shield  # noqa: F401 (models of this app)
from .sorting import WORD_LENGTH

# The asker's file reference: no free text, and no sign that HTML or a spreadsheet reads.
REFERENCE = r"^[A-Za-z0-9 ./_-]*$"
REFERENCE_LENGTH = 30


def _reference(model: type[models.Model]) -> models.ForeignKey:
    """A column with the key of a row of `model`, without a constraint or an index of its own."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class Person(models.Model):
    """A person's identity, as received in the newest KBI message with a name. The dossier is in `Block`."""

    insz = models.CharField(_("INSZ"), max_length=11)
    unique_number = models.CharField(_("uniek nummer"), max_length=16, blank=True)
    last_name = models.CharField(_("naam"), max_length=200, blank=True)
    first_name = models.CharField(_("voornaam"), max_length=200, blank=True)
    sort_key = models.CharField(max_length=420, editable=False)
    name_words = ArrayField(models.CharField(max_length=WORD_LENGTH), db_default=[], editable=False)
    birth_date = models.CharField(
        _("geboortedatum"), max_length=10, blank=True, help_text=_("Zoals ontvangen; kan onvolledig zijn.")
    )
    gender = models.CharField(_("geslacht"), max_length=1, blank=True)
    named_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Tijdstip van het nieuwste bericht met een naam.")
    )
    version = models.CharField(_("berichtversie"), max_length=5)
    as_of = models.DateTimeField(_("gegevens van"), help_text=_("Tijdstip van het bericht."))
    reference = models.CharField(_("referte van het bericht"), max_length=36, blank=True)
    warnings = models.JSONField(
        null=True,
        editable=False,
        help_text=_("Codes van de waarschuwingen bij het bericht, zoals 30004.KSZ."),
    )
    doubts = models.JSONField(
        null=True,
        editable=False,
        help_text=_("Waarom de gegevens verouderd kunnen zijn; zie persons_refresh_doubts."),
    )
    digest = models.BinaryField(max_length=32, editable=False)
    refreshed_at = models.DateTimeField(_("ingelezen op"), default=timezone.now, editable=False)
    arrived_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text=_("Wanneer het dossier er kwam, ook opnieuw.")
    )

    class Meta:
        verbose_name = _("persoon")
        verbose_name_plural = _("personen")
        ordering = ["sort_key", "pk"]
        default_permissions = ()
        permissions = [("view_person", "Can open the file"), ("follow_person", "Has in own caseload")]
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="person_insz_digits"),
            # Not unique=True, which would make a second index, for LIKE.
            models.UniqueConstraint(fields=["insz"], name="person_insz_once"),
        ]
        indexes = [
            # The other numbers of a person. Most messages have no unique number.
            models.Index(
                fields=["unique_number"], condition=~Q(unique_number=""), name="person_unique_number"
            ),
            # Those with a newer number are few; every import looks for their inscriptions.
            models.Index(
                fields=["insz"], condition=Q(doubts__has_key="newer_number"), name="person_newer_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name}".strip(", ") or str(_("naam onbekend"))


class Block(models.Model):
    """One top-level element of a person's KBI dossier, whole, as canonical XML: the unit of data minimisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    name = models.CharField(max_length=48)
    xml = models.TextField()

    class Meta:
        verbose_name = _("dossieronderdeel")
        verbose_name_plural = _("dossieronderdelen")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="block_once")]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """One course of a person, read from the VormingsActiviteiten block.

    `exempt` and `suspensions` (pairs of ISO dates, either may be null) come from blocks a mandate may withhold; the
    page needs them for its verdicts. Lists filter by part, centre and end.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    key = models.CharField(max_length=64)
    part = models.CharField(_("onderdeel"), max_length=4, choices=[(part.value, part.value) for part in Part])
    course = models.CharField(_("cursus"), max_length=250, blank=True)
    centre = models.CharField(_("centrum"), max_length=200, blank=True)
    ends = models.DateField(_("tot en met"), null=True)
    exempt = models.BooleanField(default=False)
    suspensions = models.JSONField(default=list)
    phase = models.CharField(
        max_length=8,
        blank=True,
        db_default="",
        help_text="How far the person is in it, as of the message (`attendance.parts.Phase`); empty: cancelled.",
    )

    class Meta:
        verbose_name = _("inschrijving in een cursus")
        verbose_name_plural = _("inschrijvingen in een cursus")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.part} {self.course}"


class Standing(models.Model):
    """The attendance in a person's newest dossier, overall and by part (`listparts.ListPart`); source of the list.

    `verdict`, `may_miss` and `decides_on` are those of the most urgent part. The last two are as of the message, and
    both empty where nothing is left to decide or the message does not say it.

    `housing` is the block Wooncode (`listparts.Housing`). `by_supplier` has what a school sees of its own courses, by
    KBO number (`listparts.SupplierStanding`). It is None for messages judged before it was added.

    The web role never reads this table: each list line has a copy, and only where its mandate gives
    VormingsActiviteiten (Doelgroep for the target group, Wooncode for `housing`).
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    verdict = models.CharField(max_length=16, choices=VerdictLabel)
    may_miss = models.PositiveSmallIntegerField(
        null=True, help_text="How many lessons to come may be missed in the most urgent part."
    )
    decides_on = models.DateField(
        null=True, help_text="The day of the lesson with which that part is lost if all are missed."
    )
    parts = models.JSONField(default=list)
    target_code = models.CharField(max_length=24, blank=True)
    target_type = models.CharField(max_length=24, blank=True)
    housing = models.JSONField(null=True)
    by_supplier = models.JSONField(
        null=True,
        help_text="By KBO number: the judgement of the courses of that centre, null where that is the one of all"
        " courses.",
    )
    rules = models.PositiveSmallIntegerField(
        default=0,
        help_text="`RULES` of persons/services/preparing.py that judged it; 0: before these were recorded.",
    )
    fell_at = models.DateTimeField(
        null=True,
        help_text="When an import last said that a part fell below the norm or out of reach; empty when none is below.",
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.verdict


class Inscription(models.Model):
    """The grant: an institution knows a person under a mandate for a period. Ended, never deleted.

    It points to the mandate; the version of the mandate that covers the day decides what it opens.

    Written only by database functions (`persons.services.registering`, `persons.services.changing`). `person` stays
    empty while the KBI has no dossier for the number; the inscription opens when the dossier arrives. A voided one
    counts nowhere: it was withdrawn, or it ended on its first day or before. It keeps its days. `carried_from` is the
    inscription whose days it took over: under a number that was replaced, or of an institution that it succeeds.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="inscriptions", db_index=False
    )
    insz = models.CharField(_("INSZ"), max_length=11)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="inscriptions", db_index=False
    )
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="inscriptions")
    valid_from = models.DateField(_("van"))
    valid_until = models.DateField(_("tot en met"))
    reason = models.CharField(_("reden"), max_length=250)
    proof = models.CharField(_("bewijs"), max_length=250, blank=True)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(_("geregistreerd op"), default=timezone.now)
    voided_at = models.DateTimeField(_("vervallen op"), null=True, editable=False)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )

    # Set on the rows of `objects.in_force()`.
    version: MandateVersion

    objects = InscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inschrijving")
        verbose_name_plural = _("inschrijvingen")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="inscription_period_in_order"
            ),
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="inscription_insz_digits"),
            models.CheckConstraint(condition=~Q(reason=""), name="inscription_has_reason"),
        ]
        indexes = [
            models.Index(
                fields=["institution", "person"],
                include=["valid_from", "valid_until", "mandate", "voided_at"],
                name="inscription_gate",
            ),
            # Both columns, so that PostgreSQL takes this index also before it has counted the rows.
            models.Index(fields=["insz", "institution"], name="inscription_number"),
            models.Index(fields=["person"], name="inscription_person"),
            # The page of ended inscriptions, the last one to end first.
            models.Index(fields=["institution", "-valid_until", "-id"], name="inscription_by_end"),
            # Those that wait for a dossier.
            models.Index(
                fields=["valid_until"],
                condition=Q(person__isnull=True, voided_at__isnull=True),
                name="inscription_waiting",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def subject(self) -> Subject:
        """Return the values the log keeps of this inscription, under the version in force (see `version`)."""
        return Subject(
            insz=self.insz,
            inscription_id=self.pk,
            mandate_id=self.mandate_id,
            version_id=self.version.pk,
            capacity=self.mandate.capacity,
            legal_basis=self.version.legal_basis,
        )


class InscriptionEvent(models.Model):
    """One step of an inscription. Written by the database function that takes the step; never changed or deleted.

    `user_name` is the name at that time; it is empty for a step on the server. `old_until` and `new_until` are the last
    day before and after; `new_until` is empty when the step voided the inscription.
    """

    inscription = models.ForeignKey(
        Inscription, on_delete=models.PROTECT, related_name="events", verbose_name=_("inschrijving")
    )
    what = models.CharField(_("stap"), max_length=12, choices=InscriptionStep)
    at = models.DateTimeField(_("tijdstip"), default=timezone.now)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account"), db_index=False
    )
    user_name = models.CharField(_("door"), max_length=201, blank=True)
    old_until = models.DateField(_("tot en met, ervoor"), null=True)
    new_until = models.DateField(_("tot en met, erna"), null=True)
    reason = models.CharField(_("reden"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("stap van een inschrijving")
        verbose_name_plural = _("stappen van inschrijvingen")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=InscriptionStep.values), name="inscriptionevent_step_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%Y-%m-%d %H:%M}"


class ClientListEntry(models.Model):
    """One line of the client list: an inscription under one version of its mandate, and the values that version allows.

    The line counts on the days that the inscription and the version have in common. Lines of the next version are
    written when it is confirmed, and the date decides which of them shows: on any day an inscription has one line at
    most. Kept by database triggers and by the import; never written by the web role.

    `valid_until` is the last day of the inscription itself.
    """

    pk = models.CompositePrimaryKey("inscription_id", "version_id")
    inscription = models.ForeignKey(Inscription, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(MandateVersion, on_delete=models.CASCADE, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    public_id = models.UUIDField()
    capacity = models.CharField(max_length=24)
    counts_from = models.DateField()
    counts_until = models.DateField()
    valid_until = models.DateField()
    sort_key = models.CharField(max_length=420, db_collation="C")
    insz = models.CharField(max_length=11)
    last_name = models.CharField(max_length=200)
    first_name = models.CharField(max_length=200)
    birth_date = models.CharField(max_length=10, blank=True)
    verdict = models.CharField(max_length=16, choices=VerdictLabel, null=True)  # noqa: DJ001
    may_miss = models.PositiveSmallIntegerField(null=True)
    decides_on = models.DateField(null=True)
    # PostgreSQL computes it, so that no other code can write another order.
    urgency = models.GeneratedField(
        expression=urgency.EXPRESSION, output_field=models.BigIntegerField(), db_persist=True
    )
    parts = models.JSONField(null=True)
    target_code = models.CharField(max_length=24, blank=True)
    target_type = models.CharField(max_length=24, blank=True)
    housing = models.JSONField(null=True)
    # An answer in `housing` is no. A column of its own, because finding these lines would read the whole list.
    is_unmet = models.BooleanField(default=False, db_default=False)
    as_of = models.DateField()
    doubts = models.JSONField(null=True)
    # `Standing.fell_at`, for the filter and the label of the list; the whole story is in `Change`.
    fell_at = models.DateTimeField(null=True)
    # In a caseload of the institution, whoever's: finding the clients without a colleague would read the whole list.
    in_caseload = models.BooleanField(default=False)
    # How much the line shows: the number of blocks its version gives, and those with attendance before the others.
    shows = models.PositiveSmallIntegerField(default=0, db_default=0)
    # The days on which another line of this person here ranks higher; NULL for most lines.
    hidden_on = DayRangesField(null=True)

    # Set on the lines of a page by caseload/services/lists.py.
    has_namesake: bool = False
    other_capacities: Sequence[str] = ()
    colleagues: Sequence[str] = ()
    is_own: bool = False

    objects = ClientListQuerySet.as_manager()

    class Meta:
        verbose_name = _("regel van de cliëntenlijst")
        verbose_name_plural = _("regels van de cliëntenlijst")
        # Unique among the lines of one day.
        ordering = ["sort_key", "inscription_id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["institution", "sort_key", "inscription"], name="client_list_by_name"),
            # Includes the columns the gate reads, so that counting needs only the index.
            models.Index(
                fields=["institution", "verdict", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version", "hidden_on"],
                name="client_list_by_verdict",
            ),
            models.Index(
                fields=["institution", "valid_until", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version"],
                name="client_list_by_end",
            ),
            models.Index(
                fields=["institution", "urgency", "sort_key", "inscription"], name="client_list_by_urgency"
            ),
            # The lines whose day has passed without a newer message are a range of it.
            models.Index(
                fields=["institution", "decides_on", "sort_key", "inscription"],
                condition=Q(decides_on__isnull=False),
                name="client_list_by_decision",
            ),
            # One status in the order of urgency.
            models.Index(
                fields=["institution", "verdict", "urgency", "sort_key", "inscription"],
                name="client_list_verdict_urgency",
            ),
            models.Index(fields=["institution", "insz"], name="client_list_by_insz"),
            models.Index(
                fields=["institution", "sort_key", "inscription"],
                condition=Q(in_caseload=False),
                name="client_list_no_colleague",
            ),
            models.Index(
                fields=["institution", "sort_key", "inscription"],
                condition=Q(is_unmet=True),
                name="client_list_unmet",
            ),
            models.Index(fields=["institution", "birth_date"], name="client_list_by_birth"),
            # Those who fell lately; most lines never did.
            models.Index(
                fields=["institution", "fell_at"],
                condition=Q(fell_at__isnull=False),
                name="client_list_by_fall",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name}".strip(", ")

    @property
    def status(self) -> str:
        """The code of the line in `enums.STATUSES`."""
        return self.verdict or NOT_SHOWN


class NameWord(models.Model):
    """A word by which a search finds a line of the client list; see `sorting.name_words`.

    A trigger on the list keeps them, with the days of the line, so that the policy here needs no other table. The
    migration makes a foreign key to the line, which Django cannot describe: its key has two columns.
    """

    pk = models.CompositePrimaryKey("inscription_id", "version_id", "word")
    inscription = _reference(Inscription)
    version = _reference(MandateVersion)
    institution = _reference(Institution)
    word = models.CharField(max_length=WORD_LENGTH, db_collation="C")
    counts_from = models.DateField()
    counts_until = models.DateField()

    objects = NameWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("woord van een naam")
        verbose_name_plural = _("woorden van namen")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["institution", "word", "inscription", "version"],
                include=["counts_from", "counts_until"],
                name="client_list_by_word",
            ),
        ]

    def __str__(self) -> str:
        return str(self.inscription_id)


class Question(models.Model):
    """A doubt about one item of a file, for the institution that supplied the item ("klopt niet?").

    It has everything that the supplier sees, and nothing about who asked: that is in `QuestionAsker`, which the
    supplier cannot read. It stays with `supplier` when institutions get other numbers. `item_key` finds the item in a
    newer message, `item_digest` tells whether it is the same. Written by database functions
    (`persons.services.questions`); the import sets `changed_at`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    insz = models.CharField(_("INSZ"), max_length=11)
    block = models.CharField(_("dossieronderdeel"), max_length=48)
    item_key = models.CharField(max_length=120)
    item_text = models.CharField(_("gegeven"), max_length=300)
    item_digest = models.BinaryField(max_length=32, editable=False)
    supplier_kbo = models.CharField(_("ondernemingsnummer van de leverancier"), max_length=10)
    # The institution that had this number when the question was asked. Empty only where none has it any more for a
    # question of before this column.
    supplier = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("leverancier"),
    )
    reason = models.CharField(_("reden"), max_length=12, choices=QuestionReason)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now)
    due_on = models.DateField(_("ten laatste op"))
    answer = models.CharField(_("antwoord"), max_length=8, choices=QuestionAnswer, blank=True)
    answered_at = models.DateTimeField(_("beantwoord op"), null=True)
    changed_at = models.DateTimeField(_("aangepast door een nieuw bericht op"), null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("vraag over een gegeven")
        verbose_name_plural = _("vragen over gegevens")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="question_insz_digits"),
            models.CheckConstraint(
                condition=Q(supplier_kbo__regex=r"^[0-9]{10}$"), name="question_supplier_digits"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=QuestionReason.values), name="question_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=QuestionAnswer.values, answered_at__isnull=False),
                name="question_answer_known",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="question_person"),
            models.Index(fields=["supplier", "due_on"], name="question_to"),
            # The import looks for open questions about the persons of a batch.
            models.Index(
                fields=["insz"], condition=Q(answer="", changed_at__isnull=True), name="question_open"
            ),
            models.Index(fields=["answered_at"], name="question_answered"),
        ]

    def __str__(self) -> str:
        # No number: exceptions and messages show this.
        return str(self.public_id)

    @property
    def state(self) -> QuestionState:
        """How far the question is today."""
        return QuestionState.of(answer=self.answer, changed=self.changed_at is not None, due_on=self.due_on)


class QuestionAsker(models.Model):
    """The institution that asked a question, and the reference of its own file. Only that institution reads it."""

    question = models.OneToOneField(
        Question, on_delete=models.PROTECT, primary_key=True, related_name="asker"
    )
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("uw dossiernummer"), max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("steller van een vraag")
        verbose_name_plural = _("stellers van vragen")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(reference__regex=REFERENCE), name="questionasker_reference_is_no_text"
            ),
        ]

    def __str__(self) -> str:
        return str(self.question_id)


class SetAsideMessage(models.Model):
    """A message that the import set aside: its place, the reason, and its person where that could be read.

    Written by the import only; the web role reads it on the agency's pages only. It is settled when the import stores
    a message of that person that is not older. One without a number is settled by the agency: nothing shows that it
    came again.
    """

    file = models.CharField(_("bestand"), max_length=255, help_text=_("Naam zonder map."))
    line = models.PositiveIntegerField(_("regel"), help_text=_("0: geen."))
    field = models.CharField(_("element"), max_length=400, blank=True)
    reason = models.CharField(_("reden"), max_length=16, choices=SetAsideReason)
    insz = models.CharField(_("INSZ"), max_length=11, blank=True)
    as_of = models.DateTimeField(
        _("tijdstip van het bericht"), null=True, help_text=_("Leeg als het niet te lezen is.")
    )
    first_at = models.DateTimeField(_("voor het eerst opzijgezet"))
    last_at = models.DateTimeField(_("laatst opzijgezet"))
    settled_at = models.DateTimeField(_("achterhaald sinds"), null=True)
    digest = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("opzijgezet bericht")
        verbose_name_plural = _("opzijgezette berichten")
        ordering = ["-first_at", "file", "line", "pk"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["digest"], name="set_aside_once")]
        indexes = [
            models.Index(fields=["insz"], condition=Q(settled_at__isnull=True), name="set_aside_open"),
            models.Index(fields=["-first_at"], name="set_aside_latest"),
        ]

    def __str__(self) -> str:
        # Titles and messages of the admin show this, so it has no number.
        return f"{self.file}:{self.line}" if self.line else self.file


class ImportRun(models.Model):
    """One import of dossiers: when it began, and when it ended. Without an end it still runs, or was broken off."""

    started_at = models.DateTimeField(_("begonnen"))
    ended_at = models.DateTimeField(_("beëindigd"), null=True)

    class Meta:
        verbose_name = _("inlezing")
        verbose_name_plural = _("inlezingen")
        ordering = ["-started_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class PersonUserObjectPermission(UserObjectPermissionBase):
    """Guardian's direct model for accounts: a view, so nothing is copied.

    `follow_person` comes from the caseloads, `view_person` from the bound escape.
    """

    content_object = models.ForeignKey(Person, on_delete=models.DO_NOTHING, db_constraint=False)
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False)
    permission = models.ForeignKey(Permission, on_delete=models.DO_NOTHING, db_constraint=False)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        managed = False
        db_table = "persons_user_grant"
        default_permissions = ()


class PersonGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian's direct model for institutions: a view over the inscriptions in force, so nothing is copied."""

    content_object = models.ForeignKey(Person, on_delete=models.DO_NOTHING, db_constraint=False)
    group = models.ForeignKey(Group, on_delete=models.DO_NOTHING, db_constraint=False)
    permission = models.ForeignKey(Permission, on_delete=models.DO_NOTHING, db_constraint=False)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        managed = False
        db_table = "persons_current_grant"
        default_permissions = ()
