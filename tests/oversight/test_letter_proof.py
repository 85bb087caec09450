"""The proofs that a privacy officer downloads: checked by `verify_log`, and silent about everyone else."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from consultations.models import Consultation
from partners.enums import Role
from tests.consultations.conftest import to_seal
from tests.consultations.sealing import seal_all

from .. import factories
from ..factories import inscribe, insz, member, person
from .test_letters import start

__all__ = ["to_seal"]
pytestmark = pytest.mark.process


@pytest.fixture
def house(to_seal):
    """An institution whose case worker opened a file, and showed its person in a list beside another one; sealed."""
    ocmw = factories.institution("OCMW Proefstad")
    worker, officer = member(ocmw), member(ocmw, Role.PRIVACY_OFFICER)
    made, other = inscribe(ocmw, person()), insz()
    subject = made.subject()
    about = {name: getattr(subject, name) for name in ("insz", "inscription_id", "mandate_id", "version_id")}
    about |= {"capacity": subject.capacity, "legal_basis": subject.legal_basis}
    by = {
        "channel": "portal",
        "outcome": "shown",
        "user_id": worker.user_id,
        "role": worker.role,
        "institution_id": ocmw.pk,
    }
    with factories.owner():
        Consultation.objects.create(kind="file", shown=[made.insz], **about, **by)
        Consultation.objects.create(kind="list", shown=[made.insz, other], term="janssens", **by)
        Consultation.objects.create(kind="list", shown=[other], **by)
        seal_all(to_seal)
    return made.insz, other, worker, officer


def download(number: str, officer) -> bytes:
    browser = Client()
    browser.force_login(officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = start(browser, number)
    response = browser.post(f"{address}bestand/", {"format": "json", "language": "nl"})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="bewijs-inzages-')
    return response.content


def verify(path: Path) -> str:
    printed = io.StringIO()
    with factories.owner():
        call_command("verify_log", letter=path, stdout=printed)
    return printed.getvalue()


def test_the_download_proves_its_looks_and_reveals_no_one_else(house, tmp_path):
    number, other, worker, officer = house
    content = download(number, officer)
    path = tmp_path / "bewijs.json"
    path.write_bytes(content)
    proof = json.loads(content)
    assert [row["public"]["kind"] for row in proof["rows"]] == ["file", "list"]
    assert "2 rows proven" in verify(path)
    for secret in (other, str(worker.user), worker.user.email, "janssens", "case_worker"):
        assert secret not in content.decode()


def test_a_download_that_was_changed_is_found(house, tmp_path):
    number, _other, _worker, officer = house
    proof = json.loads(download(number, officer))
    proof["rows"][0]["public"]["legal_basis"] = "Iets anders"
    path = tmp_path / "bewijs.json"
    path.write_text(json.dumps(proof))
    with pytest.raises(CommandError, match="is not in seal"):
        verify(path)
