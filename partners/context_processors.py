from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .services import memberships_of


def acting(request: HttpRequest) -> dict[str, object]:
    """As whom one looks, and the languages one can switch to: what the frame of every page shows.

    `several_memberships` asks the database only when a page shows it.
    """
    current = (get_language() or settings.LANGUAGE_CODE)[:2]
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "several_memberships": SimpleLazyObject(
            lambda: acting is not None and len(memberships_of(acting.user)) > 1
        ),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != current],
    }
