"""`manage.py succeed OLD… NEW --on DATE`"""

from __future__ import annotations

import datetime
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from partners.models import Institution
from partners.succession import NotSucceeded
from persons.services.succeeding import Succession, succeed

OUTCOMES = {
    "carried_over": "carried over",
    "shortened": "carried over, shorter: the longest period under the successor's own mandate",
    "merged": "merged with what the successor had",
    "proposal_withdrawn": "withdrawn: proposals that no one has confirmed; propose them at the successor",
}
STILL_OPEN = {
    "detours": "open detours: {new} closes them",
    "questions_asked": "open questions that {old} asked: {new} sees the answer",
    "questions_to_answer": "open questions to {old}: {new} answers them",
}
REASONS = {"no_mandate": "the successor has no mandate for the capacity"}


class Command(BaseCommand):
    help = (
        "End institutions and let another one take over from a day on: memberships, inscriptions and marks of users on "
        "clients. Open detours and questions stay, and the successor closes them. The past stays where it was; from a "
        "day that is past, everything is carried over from today. "
        "Run it again on the day itself if that was still to come: what came since is carried over, and the "
        "institutions are closed. It is one transaction, and a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "old", nargs="+", metavar="OLD", help="institution that ends: its slug or KBO number"
        )
        parser.add_argument("new", metavar="NEW", help="institution that takes over: its slug or KBO number")
        parser.add_argument(
            "--on", type=_day, required=True, metavar="DATE", help="first day of the new one, YYYY-MM-DD"
        )
        parser.add_argument("--dry-run", action="store_true", help="print the report and write nothing")

    def handle(self, *args: object, **options) -> None:
        if settings.ROLE != "owner":
            raise CommandError("Only the owner does this: leave KBI_DB_ROLE out, or set it to owner.")
        new = _institution(options["new"])
        olds = list(dict.fromkeys(_institution(word) for word in options["old"]))
        try:
            successions = succeed(olds, new, options["on"], dry_run=options["dry_run"])
        except NotSucceeded as refused:
            raise CommandError(f"{refused} Nothing was written.") from refused
        for succession in successions:
            self._report(succession, options["on"])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _report(self, succession: Succession, on: datetime.date) -> None:
        first = str(succession.first)
        if succession.first != on:
            first += f" (today: {on} is past)"
        self.stdout.write(f"{succession.old.name} → {succession.new.name}, from {first}")
        for name, counts in (
            ("memberships", succession.memberships),
            ("inscriptions", succession.inscriptions),
        ):
            for outcome, words in OUTCOMES.items():
                if counts[outcome]:
                    self.stdout.write(f"  {counts[outcome]} {name} {words}")
        for reason, number in Counter(each.reason for each in succession.remaining).items():
            self.stdout.write(
                f"  {number} inscriptions stay at {succession.old.name}: {REASONS.get(reason, reason)}"
            )
            for each in succession.remaining:
                if each.reason == reason:
                    self.stdout.write(f"    {each.inscription}  {each.capacity}")
        for what, words in STILL_OPEN.items():
            if succession.still_open[what]:
                words = words.format(old=succession.old.name, new=succession.new.name)
                self.stdout.write(f"  {succession.still_open[what]} {words}")
        self.stdout.write(
            f"  {succession.old.name} is closed."
            if succession.closed
            else f"  {succession.old.name} works on until {succession.old.ended_on}."
        )


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("a day is YYYY-MM-DD, as in 2025-01-01") from error


def _institution(word: str) -> Institution:
    found = Institution.objects.filter(Q(slug=word) | (Q(kbo_number=word) & ~Q(kbo_number=""))).first()
    if found is None:
        raise CommandError(f"No institution has the slug or KBO number {word}. Nothing was written.")
    return found
