"""The published figures, for everyone. No view reads a user, and none another table than that of published months."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import wraps
from typing import Any, Final, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from partners.contact import contact

from ..models import PublishedMonth
from .rows import NO_DATA, SMALL, SOURCE, class_meanings
from .services import is_published, months, versions
from .tables import ABOUT, LANGUAGE, TITLE, as_csv, as_dcat, as_json, meanings, month_table

KEPT: Final = 60 * 60  # seconds that a cache may keep a page after the agency stopped publishing
View = Callable[..., HttpResponse]


def _public(view: View) -> View:
    """Serve a view to everyone while the agency publishes; Http404 otherwise."""

    @login_not_required
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not is_published():
            raise Http404
        return view(request, **kwargs)

    return guarded


@_public
def page(request: HttpRequest, month: str = "") -> HttpResponse:
    """Show a month (YYYY-MM), the last one without: its table, how to read it, and the files."""
    published = months()
    of_month = versions(_day_of(month)) if month else versions(published[0].month) if published else []
    if month and not of_month:
        raise Http404
    shown = of_month[0] if of_month else None
    place = [each.month for each in published].index(shown.month) if shown else 0
    context = {
        "title": TITLE,
        "about": ABOUT,
        "month": shown,
        "table": month_table(shown) if shown else None,
        "earlier": of_month[1:],
        "months": published,
        "before": published[place + 1] if place + 1 < len(published) else None,
        "after": published[place - 1] if place else None,
        "meanings": meanings(),
        "classes": class_meanings(),
        "reading": [SMALL, NO_DATA, SOURCE],
    }
    content = render_to_string("statistics/published/page.html", context)
    response = HttpResponse(content, headers={"Content-Language": get_language() or LANGUAGE})
    return _cached(request, response, of_month + published)


@_public
def csv(request: HttpRequest, month: str = "") -> HttpResponse:
    """Return a month, or all of them, as CSV."""
    found = _versions(month)
    return _file(
        request, as_csv(found), "text/csv; charset=utf-8", found, f"kbi-cijfers{month and '-'}{month}.csv"
    )


@_public
def json(request: HttpRequest, month: str = "") -> HttpResponse:
    """Return a month, or all of them, as JSON, with earlier versions."""
    found = _versions(month)
    return _file(request, as_json(found), "application/json", found)


@_public
def dcat(request: HttpRequest) -> HttpResponse:
    """Return the description of the data set for catalogues of open data (DCAT-AP, JSON-LD)."""
    found = months()

    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"published:{name}"))

    with override(LANGUAGE):
        content = as_dcat(found, address, asdict(contact()))
    return _file(request, content, "application/ld+json", found)


def _day_of(month: str) -> datetime.date:
    """Return the first day of a month in an address. Raises Http404."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", month, re.ASCII):
        raise Http404
    try:
        return datetime.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None


def _versions(month: str) -> list[PublishedMonth]:
    found = versions(_day_of(month) if month else None)
    if month and not found:
        raise Http404
    return found


def _file(
    request: HttpRequest, content: bytes, media: str, published: Sequence[PublishedMonth], name: str = ""
) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response.headers["Content-Language"] = LANGUAGE
    # Pages of others may read what is public.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _cached(request, response, published)


def _cached(
    request: HttpRequest, response: HttpResponse, published: Sequence[PublishedMonth]
) -> HttpResponse:
    """Let caches keep the response, and return 304 to one that has it."""
    patch_cache_control(response, public=True, max_age=KEPT)
    etag = quote_etag(hashlib.sha256(response.content).hexdigest())
    response.headers["ETag"] = etag
    modified = max((int(month.published_at.timestamp()) for month in published), default=None)
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    return cast(HttpResponse, found)
