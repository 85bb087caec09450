"""System check: every institution can be reached under its slug."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from .addresses import reserved_words


@register(Tags.database)
def no_address_hides_an_institution(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Return an error for each institution whose slug a newer version of the portal uses as an address."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regclass('partners_institution') IS NOT NULL")
            if cursor.fetchone() == (True,):
                cursor.execute(
                    "SELECT slug FROM partners_institution WHERE slug = ANY(%s) ORDER BY slug",
                    [sorted(reserved_words())],
                )
                errors += [
                    Error(
                        f"The page /{slug}/ hides the institution with that slug.",
                        hint="Give the page another address: a slug never changes.",
                        id="partners.E001",
                    )
                    for [slug] in cursor.fetchall()
                ]
    return errors
