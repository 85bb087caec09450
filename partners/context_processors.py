"""Template variables that the frame of every page needs."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from .contact import contact
from .models import Membership
from .services import institutions_of
from .signals import count_open


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the variables of the frame of every page.

    `acting` is the membership the page is bound to, `institution` the one the menu leads to: that of the page, or the
    user's only one. `roles` are the user's roles there; `other_institutions` those to switch to; `other_languages`
    pairs of code and name; `contact` is who a user asks for help; `open_signals` counts those of a privacy officer.
    """
    # A request that is rejected early (400) has neither.
    memberships: list[Membership] = getattr(request, "memberships", [])
    acting: Membership | None = getattr(request, "acting", None)
    institutions = institutions_of(memberships)
    institution = institutions[0] if len(institutions) == 1 else None
    if acting is not None:
        institution = acting.institution
    current = (get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "acting": acting,
        "institution": institution,
        "roles": {membership.role for membership in memberships if membership.institution == institution},
        "other_institutions": [other for other in institutions if other != institution],
        "contact": contact(),
        "open_signals": partial(count_open, acting) if acting else 0,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != current],
    }
