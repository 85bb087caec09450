"""The rules above every mandate: whose file a user may never see, or only when a privacy officer named them.

The same decision in SQL: `persons_rule_of.sql`. tests/persons/test_rules.py compares them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.enums import Refusal


@dataclass(frozen=True)
class Facts:
    """What the rules know of a number, for the bound user at the bound institution today.

    `is_own`: it is the user's own. `is_colleague`: it is that of an account with access there. `is_shielded`: a shield
    of the institution or of the agency is in force. `is_named`: a privacy officer there named the user for this person.
    Another number of the same person counts too.
    """

    is_own: bool = False
    is_colleague: bool = False
    is_shielded: bool = False
    is_named: bool = False


class Rule(ABC):
    """One rule: the `code` that the log has for a refusal, and the `sentence` that explains it to a privacy officer."""

    code: ClassVar[Refusal]
    sentence: ClassVar[Promise]

    @abstractmethod
    def refuses(self, facts: Facts) -> bool:
        """Return True if the user may not see this person."""


class OwnFile(Rule):
    """Also for who was named: no one decides about their own file."""

    code = Refusal.OWN_FILE
    sentence = _("Niemand bekijkt het eigen dossier.")

    def refuses(self, facts: Facts) -> bool:
        return facts.is_own


class ColleaguesFile(Rule):
    """The file of an account with access at the same institution."""

    code = Refusal.COLLEAGUE
    sentence = _("Het dossier van een collega is alleen voor wie de privacyverantwoordelijke aanwees.")

    def refuses(self, facts: Facts) -> bool:
        return facts.is_colleague and not facts.is_named


class ShieldedPerson(Rule):
    """The file of a person with a shield in force."""

    code = Refusal.SHIELDED
    sentence = _(
        "Het dossier van een afgeschermde persoon is alleen voor wie de privacyverantwoordelijke aanwees."
    )

    def refuses(self, facts: Facts) -> bool:
        return facts.is_shielded and not facts.is_named


# The first one that refuses goes into the log.
RULES: tuple[Rule, ...] = (OwnFile(), ColleaguesFile(), ShieldedPerson())


def refusing(facts: Facts) -> Rule | None:
    """Return the first rule that keeps the person from the user; None if they may see the person."""
    return next((rule for rule in RULES if rule.refuses(facts)), None)
