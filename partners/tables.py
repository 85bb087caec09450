"""The tables of the page of mandates: versions, and the steps in their lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import MandateEvent, MandateVersion


def _column(header: Promise, look: str) -> tables.Column:
    return tables.Column(verbose_name=header, empty_values=(), attrs={"th": {"class": look}})


class _Look:
    """Options of both tables. A table does not inherit those of its base class."""

    template_name = "includes/table.html"
    orderable = False
    attrs: ClassVar = {"class": "clients mandates"}


class _PlainTable(tables.Table):
    """A table whose rows are the rows of its data; `row_template` draws each."""

    row_template: str
    caption: Promise

    @property
    def page_rows(self) -> Sequence[MandateVersion | MandateEvent]:
        return self.data.data


class VersionTable(_PlainTable):
    """Versions of the mandates of an institution."""

    capacity = _column(_("Hoedanigheid"), "m-capacity")
    state = _column(_("Toestand"), "m-state")
    days = _column(_("Geldig"), "m-days")
    basis = _column(_("Rechtsgrond"), "m-basis")
    blocks = _column(_("Dossieronderdelen"), "m-blocks")
    longest = _column(_("Langste inschrijving"), "m-months")
    registrar = _column(_("Wie schrijft in"), "m-registrar")

    Meta = _Look
    row_template = "partners/includes/version_row.html"
    caption = _(
        "Welke onderdelen van een dossier uw instelling ziet, in welke hoedanigheid en op welke rechtsgrond."
    )


class EventTable(_PlainTable):
    """Steps in the lives of these versions."""

    at = _column(_("Tijdstip"), "m-at")
    action = _column(_("Stap"), "m-action")
    version = _column(_("Versie"), "m-version")
    user = _column(_("Door"), "m-user")
    reason = _column(_("Reden"), "m-reason")

    Meta = _Look
    row_template = "partners/includes/event_row.html"
    caption = _(
        "Wie welke stap zette, en wanneer. De nieuwste staat bovenaan; niemand kan een regel wijzigen."
    )
