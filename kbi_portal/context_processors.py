"""Template variables that the frame of every page needs."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from partners.contact import contact
from partners.enums import Role
from partners.models import Membership
from partners.services import institutions_of
from partners.signals import count_open

from .menu import menu


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the variables of the frame of every page.

    `acting` is the membership the page is bound to, `institution` the one that `menu` leads to: that of the page, or
    the user's only one. `open_signals` counts those of a privacy officer; `searches` is True if the user may search the
    clients; `other_institutions` are those to switch to; `other_languages` pairs of code and name; `contact` is who a
    user asks for help.
    """
    # A request that is rejected early (400) has neither.
    memberships: list[Membership] = getattr(request, "memberships", [])
    acting: Membership | None = getattr(request, "acting", None)
    institutions = institutions_of(memberships)
    institution = institutions[0] if len(institutions) == 1 else None
    if acting is not None:
        institution = acting.institution
    roles = {membership.role for membership in memberships if membership.institution == institution}
    # A request for an address that does not exist has no view.
    match = request.resolver_match
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "acting": acting,
        "institution": institution,
        "menu": menu(institution, roles, match.view_name if match else "") if institution else (),
        "open_signals": partial(count_open, acting) if acting else 0,
        "searches": not roles.isdisjoint({Role.CASE_WORKER, Role.LOCAL_ADMINISTRATOR}),
        "other_institutions": [other for other in institutions if other != institution],
        "contact": contact(),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
    }
