"""The portal's addresses and the yardstick."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from kbi_portal.urls import handler403, handler404, handler500
from kbi_portal.urls import urlpatterns as portal

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


@require_safe
def session_only(request: HttpRequest) -> HttpResponse:
    """Only checks that a user is signed in. Goes through the same middleware as every page."""
    return HttpResponse("yes" if request.user.is_authenticated else "no", content_type="text/plain")


urlpatterns = [path("bench/session", session_only), *portal]
