"""The tables of the page of mandates: versions, and the steps in their lives."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .rowtables import RowTable, column


class VersionTable(RowTable):
    """Versions of the mandates of an institution."""

    capacity = column(_("Hoedanigheid"), "m-capacity")
    state = column(_("Toestand"), "m-state")
    days = column(_("Geldig"), "m-days")
    basis = column(_("Rechtsgrond"), "m-basis")
    blocks = column(_("Dossieronderdelen"), "m-blocks")
    longest = column(_("Langste inschrijving"), "m-months")
    registrar = column(_("Wie schrijft in"), "m-registrar")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients mandates"}

    row_template = "partners/includes/version_row.html"
    caption = _(
        "Welke onderdelen van een dossier uw instelling ziet, in welke hoedanigheid en op welke rechtsgrond."
    )


class EventTable(RowTable):
    """Steps in the lives of these versions."""

    at = column(_("Tijdstip"), "m-at")
    action = column(_("Stap"), "m-action")
    version = column(_("Versie"), "m-version")
    user = column(_("Door"), "m-user")
    reason = column(_("Reden"), "m-reason")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients mandates"}

    row_template = "partners/includes/event_row.html"
    caption = _(
        "Wie welke stap zette, en wanneer. De nieuwste staat bovenaan; niemand kan een regel wijzigen."
    )
