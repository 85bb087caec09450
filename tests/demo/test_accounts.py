"""Institutions and accounts of the demonstration."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from demo.accounts import ACCOUNTS, INSTITUTIONS, make_demo
from partners.enums import Role
from partners.models import Institution, Invitation, MandateVersion, Membership, User
from partners.periods import today

pytestmark = pytest.mark.django_db


def test_the_demo_accounts_are_made_once_and_keep_their_passwords(tmp_path, as_owner):
    out = tmp_path / "accounts.csv"
    with as_owner():
        call_command("demo_accounts", "--out", str(out))
        first = out.read_text()
        call_command("demo_accounts", "--out", str(out))
    assert out.read_text() == first
    assert out.stat().st_mode & 0o777 == 0o600
    assert User.objects.count() == len(ACCOUNTS)
    ocmws = Institution.objects.filter(kind="ocmw")
    assert ocmws.active().count() == 285
    assert Institution.objects.exclude(kind="ocmw").count() == sum(
        kind != "ocmw" for _, kind, _ in INSTITUTIONS
    )
    assert first.splitlines()[0] == "institution,role,login,password"


def test_merged_municipalities_ended_with_their_successor(tmp_path, as_owner):
    with as_owner():
        make_demo(tmp_path / "accounts.csv")
        make_demo(tmp_path / "accounts.csv")
    ended = Institution.objects.exclude(successor=None).select_related("successor")
    # 13 municipalities were merged from 28, of which Antwerpen goes on under its own code.
    assert (len(ended), len({old.successor for old in ended})) == (27, 13)
    assert {(old.kind, old.active, str(old.ended_on)) for old in ended} == {("ocmw", False, "2024-12-31")}
    follows = {old.name: (old.nis_code, old.successor.name, old.successor.nis_code) for old in ended}
    assert follows["OCMW Borsbeek"] == ("11007", "OCMW Antwerpen", "11002")
    assert follows["OCMW Hasselt (tot 2025)"] == ("71022", "OCMW Hasselt", "71072")
    assert Institution.objects.get(slug="ocmw-hasselt").nis_code == "71072"
    assert Institution.objects.get(name="OCMW Gent").nis_code == "44021"


def test_the_team_page_has_a_proposal_and_an_invitation_to_show(tmp_path, as_owner):
    with as_owner():
        make_demo(tmp_path / "accounts.csv")
        make_demo(tmp_path / "accounts.csv")
        ghent = Institution.objects.get(name="OCMW Gent")
        [invitation] = Invitation.objects.waiting()
        [waiting] = Membership.objects.waiting(today())
    assert (invitation.institution, waiting.institution) == (ghent, ghent)
    assert Membership.objects.in_force(today()).filter(
        user=invitation.invited_by, institution=ghent, role=Role.LOCAL_ADMINISTRATOR
    )


def test_every_kind_of_partner_has_a_case_worker_and_a_mandate_of_its_kind(tmp_path, as_owner):
    with as_owner():
        make_demo(tmp_path / "accounts.csv")
    for kind in ("ocmw", "vdab", "vmsw", "shm", "cvo", "cbe", "ahovoks", "onthaalbureau", "hvn"):
        members = Membership.objects.in_force(today()).filter(institution__kind=kind, role=Role.CASE_WORKER)
        assert members.exists(), kind
        for membership in members.select_related("institution"):
            assert membership.institution.kbo_number.startswith("0999"), kind
            versions = MandateVersion.objects.for_institution(membership.institution).in_force(today())
            assert versions.filter(mandate__institution_kind=kind, is_example=True).exists(), kind


def test_an_account_made_again_keeps_its_password_and_one_without_gets_a_new_one(tmp_path, as_owner):
    out = tmp_path / "accounts.csv"
    with as_owner():
        *_, first = make_demo(out)
        User.objects.get(email=first["login"]).delete()
        assert make_demo(out)[-1] == first
        assert User.objects.get(email=first["login"]).check_password(first["password"])
        out.unlink()
        *_, again = make_demo(out)
        assert again["password"] != first["password"]
        assert User.objects.get(email=first["login"]).check_password(again["password"])


def test_demo_accounts_have_no_place_in_production(tmp_path, settings):
    settings.KBI_ALLOW_TEST_NUMBERS = False
    with pytest.raises(CommandError, match="no place"):
        call_command("demo_accounts", "--out", str(tmp_path / "x.csv"))
