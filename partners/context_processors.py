from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def acting(request: HttpRequest) -> dict[str, object]:
    """As whom one looks, and the languages one can switch to: what the frame of every page shows."""
    current = (get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "acting": getattr(request, "acting", None),
        "several_memberships": len(getattr(request, "memberships", [])) > 1,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != current],
    }
