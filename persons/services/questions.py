"""Questions about one item of a file ("klopt niet?"): ask the supplier, answer, and settle what a message changed.

Over the database functions that write `Question`.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from partners import steps

from ..presentation.items import Item, items_of

# Why the database did not take a question or an answer. None of them says who asked.
NOT_TAKEN = {
    "not_found": _("Dit gegeven staat niet (meer) in het dossier dat u mag zien."),
    "no_supplier": _("Het bericht zegt niet wie dit gegeven leverde. Er kan dus geen vraag worden gestuurd."),
    "not_a_partner": _(
        "Wie dit gegeven leverde, werkt niet met dit portaal. Er kan dus geen vraag worden gestuurd."
    ),
    "exists": _("Uw instelling stelde hierover al een vraag, en wacht op het antwoord."),
    "answered_before": _("Deze vraag was al beantwoord, misschien door een collega."),
    "changed": _("Dit gegeven is intussen aangepast in een nieuw bericht. Een antwoord is niet meer nodig."),
    "over": _("De laatste dag voor een antwoord is voorbij."),
}


class NotTaken(steps.NotTaken):
    """The question or answer was not taken."""

    reasons = NOT_TAKEN


def ask(item: Item, *, reason: str, reference: str) -> datetime.date:
    """Ask the supplier of `item`, in the file that the transaction has open; return the last day for the answer.

    Raises `NotTaken`; DatabaseError when no case worker is bound, or for an unknown reason or a wrong reference.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, due_on FROM persons_ask_question(%s, %s, %s, %s, %s, %s, %s)",
            [item.block, item.key, item.text, item.digest, item.supplier, reason, reference],
        )
        outcome, due_on = cursor.fetchone()
    NotTaken.unless(outcome, "asked")
    return due_on


def answer(public_id: uuid.UUID, given: str) -> None:
    """Answer a question to the bound institution with a `QuestionAnswer`, as the bound case worker.

    Raises `NotTaken`; DatabaseError when no case worker is bound, or for an unknown answer.
    """
    statement = "SELECT persons_answer_question(%s, %s)"
    steps.take(statement, [public_id, given], "answered", refused=NotTaken)


def settle(cursor: CursorWrapper, numbers: Iterable[str]) -> None:
    """Mark the open questions about items that the stored messages of these persons do not have any more as they were.

    For the import, as the owner, after it stored the newer messages of these numbers.
    """
    cursor.execute(
        "SELECT q.id, q.person_id, p.version, q.block, q.item_key, q.item_digest FROM persons_question q"
        " JOIN persons_person p ON p.id = q.person_id"
        " WHERE q.insz = ANY(%s) AND q.answer = '' AND q.changed_at IS NULL AND q.due_on >= app_today()",
        [list(numbers)],
    )
    questions = cursor.fetchall()
    if not questions:
        return
    cursor.execute(
        "SELECT person_id, name, xml FROM persons_block WHERE person_id = ANY(%s)",
        [[person_id for _id, person_id, *_rest in questions]],
    )
    blocks: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
    for person_id, name, xml in cursor.fetchall():
        blocks[person_id][name] = xml.encode()
    stored: dict[int, dict[tuple[str, str], bytes]] = {}
    changed = []
    for question_id, person_id, version, block, key, digest in questions:
        if person_id not in stored:
            items = items_of(blocks[person_id], version)
            stored[person_id] = {(item.block, item.key): item.digest for item in items}
        if stored[person_id].get((block, key)) != bytes(digest):
            changed.append(question_id)
    cursor.execute("UPDATE persons_question SET changed_at = now() WHERE id = ANY(%s)", [changed])
