"""The conversation sheet: one A4 for and with the client, in Dutch and beside it in a language of the client.

Every text is a sentence of at most ten words. No number, code, capacity or verdict of the portal is on it, and nothing
about sanctions. It counts lessons, as a client does, and only those that the message has.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from partners.blocks import ATTENDANCE, BlockName
from partners.periods import today

from ..attendance import Course, Judgement, Lesson, LessonKind, Part, Unit, Verdict, classify
from ..language import one_language
from ..magda.reader import courses_of
from . import contacts
from .attendance import TellingCourse, telling_courses
from .contacts import contact_languages, contacts_of
from .questions import questions_of
from .say import lesson_hours
from .translations import DUTCH, SheetLanguage, Words, contact_language, sheet_languages
from .tree import Node, parse

if TYPE_CHECKING:
    from ..services.door import OpenedFile

# The whole of what the sheet reads.
SHEET_BLOCKS: Final = frozenset((ATTENDANCE, BlockName.TRAJECTEN, BlockName.TALENKENNIS))
# Two parts with five lessons each fill the paper; a third part takes the room of two lessons of each.
LESSONS: Final = 5
LESSONS_OF_THREE: Final = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to call. `name` and `phones` come from the dossier or the account, in no language."""

    label: str
    name: str
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLesson:
    """A lesson to come: "vrijdag 27/11/2026" and "13.30–16.30"."""

    day: str
    hours: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One section of the sheet in one language. `lead` is the sentence to remember, `room` asks for lines to write."""

    language: SheetLanguage
    title: str
    lead: str = ""
    sentences: tuple[str, ...] = ()
    lessons_title: str = ""
    lessons: tuple[SheetLesson, ...] = ()
    contacts: tuple[Contact, ...] = ()
    room: bool = False


@dataclass(frozen=True, slots=True)
class _Facts:
    """What both languages say: the deciding course of each part, the contact of the path, who hands over the sheet."""

    courses: Sequence[TellingCourse]
    shows_attendance: bool
    day: datetime.date
    adviser: contacts.Contact | None
    worker: str
    today: datetime.date


@one_language()
def conversation_sheet(opened: OpenedFile, *, chosen: str | None, worker: str) -> dict[str, object]:
    """Return the context of caseload/conversation_sheet.html. `opened` has the blocks of `SHEET_BLOCKS`.

    `chosen` is the code of the second language: "" for none, None where the user has not chosen yet. Then it is the
    contact language of the dossier, once a translator has checked it. `worker` is who hands over the sheet.
    """
    person = opened.person
    trees = {name: parse(xml) for name, xml in opened.blocks.items() if name != ATTENDANCE}
    offered = contact_language(contact_languages(trees))
    languages = sorted(sheet_languages(), key=lambda language: language != offered)
    if chosen is None:
        second = offered if offered and offered.is_reviewed else None
    else:
        second = next((language for language in languages if language.code == chosen), None)
    facts = _facts(opened, trees, worker)
    columns = [Words(language) for language in (DUTCH, second) if language]
    return {
        "public_id": opened.inscription.public_id,
        "name": f"{person.first_name} {person.last_name}".strip(),
        "heads": [(words.language, words.say("Uw lessen"), _day(words, facts.today)) for words in columns],
        "sections": list(zip(*(_cells(words, facts) for words in columns), strict=True)),
        "foot": [(words.language, _foot(words, facts)) for words in columns],
        "second": second,
        "translated": columns[-1].say("Vertaling uit het Nederlands"),
        "warning": columns[-1].say("Niet nagekeken door een vertaler"),
        "languages": languages,
        "offered": offered,
        "is_dense": len(facts.courses) > 1,
        "is_unknown": bool(chosen) and second is None,
    }


def _facts(opened: OpenedFile, trees: dict[str, Node], worker: str) -> _Facts:
    person = opened.person
    day = timezone.localdate(person.as_of)
    courses = courses_of(opened.blocks, person.version) if ATTENDANCE in opened.blocks else []
    questions = questions_of(opened.questions, opened.blocks, person.version)
    telling = telling_courses(
        courses, opened.enrolments, as_of=person.as_of, day=day, reserved=questions.reserved
    )
    return _Facts(
        courses=telling,
        shows_attendance=ATTENDANCE in opened.inscription.version.blocks,
        day=day,
        adviser=next(iter(contacts_of(trees, [])), None),
        worker=worker,
        today=today(),
    )


def _cells(words: Words, facts: _Facts) -> list[Cell]:
    """Return the sections in one language, from top to bottom."""
    language = words.language
    parts = [_part(words, course, facts) for course in facts.courses]
    if not parts:
        known = (
            words.say("Wij kennen nog geen lessen voor u.")
            if facts.shows_attendance
            else words.say("Over uw lessen staat hier niets.")
        )
        parts = [
            Cell(language, words.say("Uw lessen"), known, (words.say("Vraag het aan uw school."),)),
        ]
    to_call = [Contact(words.say("Bij ons"), facts.worker)]
    if adviser := facts.adviser:
        name = ", ".join(filter(None, (adviser.name, adviser.organisation)))
        to_call.insert(0, Contact(words.say("Uw begeleider"), name, adviser.phones or adviser.emails))
    absent = (
        words.say("Bel vóór de les naar de school."),
        words.say("Bent u ziek?"),
        words.say("Vraag een briefje aan de dokter."),
        words.say("Geef het aan de leerkracht."),
    )
    call = (words.say("Bel ons of kom langs."),)
    return [
        *parts,
        Cell(language, words.say("Kunt u niet komen?"), sentences=absent),
        Cell(language, words.say("Hebt u een vraag?"), sentences=call, contacts=tuple(to_call)),
        Cell(language, words.say("Wij spreken af"), room=True),
    ]


def _foot(words: Words, facts: _Facts) -> str:
    return " ".join(
        [
            words.say("Dit blad is voor u."),
            words.say("De cijfers zijn van %(day)s.", day=_day(words, facts.day)),
            words.say("Klopt er iets niet?"),
            words.say("Zeg het ons."),
        ]
    )


def _part(words: Words, telling: TellingCourse, facts: _Facts) -> Cell:
    course = telling.facts.course
    coming = _coming(course, facts)
    says = [*_attended(words, telling, facts), *_to_do(words, telling, facts)]
    most = LESSONS if len(facts.courses) < 3 else LESSONS_OF_THREE
    lessons = tuple(SheetLesson(_day(words, day), lesson_hours(lesson)) for day, _begins, lesson in coming)
    places = ((words.say("School"), telling.facts.centre), (words.say("Plaats"), telling.facts.place))
    return Cell(
        words.language,
        _part_name(words, course.part),
        says[0],
        tuple(says[1:]),
        words.say("Uw volgende lessen") if lessons else "",
        lessons[:most],
        tuple(Contact(label, name) for label, name in places if name),
    )


def _part_name(words: Words, part: Part) -> str:
    match part:
        case Part.MO:
            return words.say("Maatschappelijke oriëntatie")
        case Part.NT2:
            return words.say("Nederlands")
        case Part.PLO:
            return words.say("Loopbaanoriëntatie")


def _coming(course: Course, facts: _Facts) -> list[tuple[datetime.date, int, Lesson]]:
    """Return the lessons from today on, by date."""
    if course.unit is not Unit.MINUTE or course.exempt:
        return []
    kinds = classify(course, as_of=facts.day)
    coming = [
        (lesson.day, lesson.begins or 0, lesson)
        for lesson, kind in zip(course.lessons, kinds, strict=True)
        if kind is LessonKind.TO_COME and lesson.day is not None and lesson.day >= facts.today
    ]
    return sorted(coming, key=itemgetter(0, 1))


def _has_lessons(course: Course, facts: _Facts) -> bool:
    """Return False where the message has totals only, or no lesson of a course that has begun."""
    has_begun = course.starts is not None and course.starts <= facts.today
    return course.unit is Unit.MINUTE and bool(course.lessons or not has_begun)


def _attended(words: Words, telling: TellingCourse, facts: _Facts) -> list[str]:
    """Return what is known of the lessons that were given."""
    course, verdict = telling.facts.course, telling.judgement.verdict
    if verdict is Verdict.EXEMPT:
        return [words.say("U moet deze lessen niet volgen.")]
    if verdict is Verdict.SUSPENDED:
        return [words.say("U moet nu niet naar deze lessen komen."), *_suspended_until(words, course, facts)]
    if verdict is Verdict.CONTRADICTORY or not _has_lessons(course, facts):
        return [
            words.say("Wij weten niet naar hoeveel lessen u kwam."),
            words.say("Vraag het aan uw school."),
        ]
    count = Counter(classify(course, as_of=facts.day))
    attended = count[LessonKind.PRESENT] + count[LessonKind.PARTLY]
    given = attended + count[LessonKind.JUSTIFIED] + count[LessonKind.UNJUSTIFIED]
    says = [
        words.say_number(
            "U was in %(attended)s van de %(given)s les.",
            "U was in %(attended)s van de %(given)s lessen.",
            given,
            attended=attended,
            given=given,
        )
        if given
        else words.say("Er was nog geen les.")
    ]
    if number := count[LessonKind.PARTLY]:
        says.append(
            words.say_number(
                "In %(number)s les was u niet de hele tijd.",
                "In %(number)s lessen was u niet de hele tijd.",
                number,
            )
        )
    if number := count[LessonKind.JUSTIFIED]:
        says.append(
            words.say_number(
                "U miste %(number)s les met een goede reden.",
                "U miste %(number)s lessen met een goede reden.",
                number,
            )
        )
    if number := telling.judgement.tally.unrecorded:
        says.append(
            words.say_number(
                "Van %(number)s les weten wij nog niets.",
                "Van %(number)s lessen weten wij nog niets.",
                number,
            )
        )
    if telling.card.telling is not None and telling.card.telling.reserved:
        says.append(words.say("Wij kijken deze cijfers nog na."))
    return says


def _suspended_until(words: Words, course: Course, facts: _Facts) -> list[str]:
    """Return until when the lessons may be left; nothing without a last day."""
    ends = [period.last for period in course.suspensions if period.covers(facts.day)]
    last = [day for day in ends if day is not None]
    if not last or len(last) < len(ends):
        return []
    return [words.say("Dat is zo tot en met %(day)s.", day=_day(words, max(last)))]


def _to_do(words: Words, telling: TellingCourse, facts: _Facts) -> list[str]:
    """Return how many lessons are to come, how many of them are needed and how many may be missed."""
    course, judgement = telling.facts.course, telling.judgement
    match judgement.verdict:
        case Verdict.EXEMPT | Verdict.SUSPENDED | Verdict.CONTRADICTORY:
            return []
        case Verdict.OUT_OF_REACH:
            return [
                words.say("U miste te veel lessen."),
                words.say("Praat met ons over wat nu kan."),
            ]
    if not _has_lessons(course, facts):
        return []
    if judgement.out_of is None:
        return _nothing_planned(words, telling, facts)
    if judgement.verdict is Verdict.KEPT:
        return [words.say("U kwam al naar genoeg lessen."), words.say("Kom ook naar de volgende lessen.")]
    if judgement.decides_on is not None and judgement.decides_on < facts.today:
        return [
            words.say("Er waren lessen na %(day)s.", day=_day(words, facts.day)),
            words.say("Wij weten nog niet of u daar was."),
        ]
    return _needed(words, course, judgement, facts)


def _needed(words: Words, course: Course, judgement: Judgement, facts: _Facts) -> list[str]:
    needed, may_miss, out_of = judgement.needed or 0, judgement.may_miss or 0, judgement.out_of or 0
    if passed := out_of - len(_coming(course, facts)):
        # The figures are those of the message: what was missed since then counts among what may be missed.
        says = [
            words.say_number(
                "Na %(day)s was er al %(number)s les.",
                "Na %(day)s waren er al %(number)s lessen.",
                passed,
                day=_day(words, facts.day),
            ),
            words.say("Wij weten nog niet of u daar was."),
            words.say("Die lessen tellen mee."),
        ]
    else:
        says = [
            words.say_number(
                "Er komt nog %(number)s les.",
                "Er komen nog %(number)s lessen.",
                out_of,
            )
        ]
    if not may_miss:
        return [*says, words.say("Kom naar alle lessen."), words.say("U mag geen les meer missen.")]
    return [
        *says,
        words.say_number(
            "U hebt nog minstens %(number)s les nodig.",
            "U hebt nog minstens %(number)s lessen nodig.",
            needed,
        ),
        words.say_number(
            "U mag nog %(number)s les missen.",
            "U mag nog %(number)s lessen missen.",
            may_miss,
        ),
    ]


def _nothing_planned(words: Words, telling: TellingCourse, facts: _Facts) -> list[str]:
    """Return what to say where the message lists no lesson to come: the school may still plan some."""
    course = telling.facts.course
    if course.starts is not None and course.starts > facts.today:
        return [words.say("De lessen beginnen op %(day)s.", day=_day(words, course.starts))]
    if course.last_day is None or course.last_day > facts.day:
        return [
            words.say("Wij kennen nog geen volgende lessen."),
            words.say("Vraag aan de school of er lessen zijn."),
        ]
    if telling.judgement.verdict is Verdict.KEPT:
        return [words.say("U kwam naar genoeg lessen."), words.say("Er komen geen lessen meer.")]
    return [words.say("Er komen geen lessen meer.")]


def _day(words: Words, day: datetime.date) -> str:
    """Return "vrijdag 27/11/2026"."""
    names = (
        words.say("maandag"),
        words.say("dinsdag"),
        words.say("woensdag"),
        words.say("donderdag"),
        words.say("vrijdag"),
        words.say("zaterdag"),
        words.say("zondag"),
    )
    return f"{names[day.weekday()]} {day:%d/%m/%Y}"
