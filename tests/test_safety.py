"""Unsafe settings, one by one: the reason each is refused for, and the safe neighbours that are not."""

from __future__ import annotations

import dj_database_url
import pytest

from kbi_portal import safety


@pytest.mark.parametrize(
    ("key", "weak"),
    [
        ("", False),
        ("0123456789abcdef" * 4, False),
        ("0123456789" * 5, False),
        ("012345678" * 6, True),
        ("a" * 50, True),
        ("0123456789abcdef" * 3, True),
    ],
)
def test_a_key_is_long_and_varied(key, weak):
    assert bool(safety.weak_key("KBI_SECRET_KEY", key)) is weak


@pytest.mark.parametrize(
    ("mode", "wide"),
    [(0o600, False), (0o400, False), (0o640, False), (0o644, True), (0o660, True), (0o604, True)],
)
def test_a_key_file_is_closed_to_others(tmp_path, mode, wide):
    path = tmp_path / "key"
    path.touch()
    path.chmod(mode)
    assert bool(safety.open_key_file(path)) is wide


@pytest.mark.parametrize(
    ("url", "open_"),
    [
        ("", False),
        ("https://seals.example/kbi", False),
        ("http://127.0.0.1:9000/", False),
        ("http://seals.example/", True),
        ("ftp://seals.example/", True),
        ("file:///etc/passwd", True),
        ("seals.example", True),
    ],
)
def test_seals_travel_over_tls(url, open_):
    assert ("KBI_SEAL_URL" in safety.open_seals("", url)) is open_


def test_the_key_of_the_seals_is_closed_to_others(tmp_path):
    path = tmp_path / "seal.key"
    assert "cannot be read" in safety.open_seals(str(path), "")
    path.touch(mode=0o600)
    assert safety.open_seals(str(path), "") == ""
    path.chmod(0o644)
    assert "chmod 640" in safety.open_seals(str(path), "")


@pytest.mark.parametrize(
    ("host", "wide"),
    [
        ("*", True),
        (".", True),
        (".be", True),
        (".be.", True),
        (".ocmw.be", False),
        ("kbi.vlaanderen.be", False),
        ("portaal", False),
    ],
)
def test_a_host_pattern_has_two_labels(host, wide):
    assert bool(safety.wide_hosts(["127.0.0.1", host])) is wide


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        ("https://kbi.vlaanderen.be", False),
        ("http://kbi.vlaanderen.be", True),
        ("https://*.be", True),
        ("https://", True),
        ("kbi.vlaanderen.be", True),
    ],
)
def test_a_trusted_origin_is_one_host_over_https(origin, foreign):
    assert bool(safety.foreign_origins([origin])) is foreign


@pytest.mark.parametrize(
    ("demo", "test_numbers", "unsafe"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_demo_is_only_where_test_numbers_are_allowed(demo, test_numbers, unsafe):
    assert bool(safety.invented_use(demo=demo, test_numbers=test_numbers)) is unsafe


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({}, ""),
        ({"hosts": ["kbi.example"], "https": True}, ""),
        ({"hosts": ["kbi.example"]}, "KBI_HTTPS"),
        ({"hosts": ["127.0.0.1", "0.0.0.0"]}, "KBI_HTTPS"),  # noqa: S104
        ({"hosts": ["kbi.example"], "https": True, "test_numbers": True}, "KBI_ALLOW_TEST_NUMBERS"),
        ({"hosts": ["kbi.example"], "https": True, "debug": True}, "KBI_DEBUG"),
        ({"debug": True, "behind_proxy": True}, "KBI_DEBUG"),
        ({"debug": True, "test_numbers": True}, ""),
    ],
)
def test_settings_that_are_unsafe_together(changes, variable):
    settings = {
        "hosts": ["127.0.0.1", "localhost"],
        "debug": False,
        "https": False,
        "behind_proxy": False,
        "test_numbers": False,
    }
    reason = safety.open_to_the_world(**settings | changes)
    assert variable in reason
    assert bool(reason) is bool(variable)


def test_the_environment_of_libpq_counts(monkeypatch):
    database = dj_database_url.parse("postgres://kbi_web@/kbi")
    monkeypatch.setenv("PGHOST", "db.example")
    assert safety.readable_on_the_way("DATABASE_URL", database)
    monkeypatch.setenv("PGHOST", "/var/run/postgresql")
    assert not safety.readable_on_the_way("DATABASE_URL", database)
    monkeypatch.setenv("PGSERVICE", "prod")
    assert safety.readable_on_the_way("DATABASE_URL", database)


@pytest.mark.parametrize(
    ("address", "unsafe"),
    [
        ("postgres://kbi_web@127.0.0.1/kbi", False),
        ("postgres://kbi_web@%2Fvar%2Frun%2Fpostgresql/kbi", False),
        ("postgres://kbi_web@/kbi", False),
        ("postgres://kbi_web@/kbi?host=/tmp", False),
        ("postgres://kbi_web@[::1]/kbi", False),
        ("postgres://kbi_web@db.example/kbi", True),
        ("postgres://kbi_web@db.example/kbi?sslmode=require", True),
        ("postgres://kbi_web@db.example/kbi?sslmode=verify-full", False),
        ("postgres://kbi_web@/kbi?host=127.0.0.1,db.example", True),
        ("postgres://kbi_web@127.0.0.1/kbi?hostaddr=10.0.0.9", True),
        ("postgres://kbi_web@/kbi?service=prod", True),
    ],
)
def test_a_connection_to_another_machine_checks_its_certificate(address, unsafe):
    assert bool(safety.readable_on_the_way("DATABASE_URL", dj_database_url.parse(address))) is unsafe


@pytest.mark.parametrize(
    ("https", "behind_proxy", "undeclared"),
    [(True, False, True), (True, True, False), (False, False, False), (False, True, False)],
)
def test_whatever_speaks_tls_is_declared(https, behind_proxy, undeclared):
    assert bool(safety.undeclared_proxy(https=https, behind_proxy=behind_proxy)) is undeclared


@pytest.mark.parametrize(
    ("host", "tls", "sender", "reason"),
    [
        ("", "off", "", ""),
        ("mail.example", "starttls", "kbi@agentschap.example", ""),
        ("mail.example", "tls", "kbi@agentschap.example", ""),
        ("127.0.0.1", "off", "kbi@agentschap.example", ""),
        ("mail.example", "off", "kbi@agentschap.example", "KBI_EMAIL_TLS is off"),
        ("mail.example", "perhaps", "kbi@agentschap.example", "KBI_EMAIL_TLS must be"),
        ("mail.example", "tls", "", "KBI_EMAIL_FROM"),
    ],
)
def test_mail_to_another_machine_is_encrypted(host, tls, sender, reason):
    found = safety.open_mail(host, tls, sender=sender, base_url="https://kbi.example")
    assert reason in found
    assert bool(found) is bool(reason)
    assert bool(safety.open_mail(host, tls, sender=sender, base_url="")) is bool(host)


@pytest.mark.parametrize(
    ("url", "foreign"),
    [
        ("https://kbi.example", False),
        ("https://kbi.example:8443", False),
        ("https://loket.ocmw.example", False),
        ("", False),
        ("http://kbi.example", True),
        ("https://kwaad.example", True),
        ("https://kbi.example/pad", True),
        ("https://an@kbi.example", True),
        ("kbi.example", True),
    ],
)
def test_links_name_a_host_of_the_portal(url, foreign):
    hosts = ["kbi.example", ".ocmw.example"]
    assert bool(safety.foreign_base_url(url, hosts, https=True)) is foreign


@pytest.mark.parametrize(
    ("hosts", "https", "address"),
    [
        (["kbi.example"], True, "https://kbi.example"),
        ([".ocmw.example", "kbi.example"], True, "https://kbi.example"),
        ([".ocmw.example"], True, ""),
        (["127.0.0.1", "localhost"], False, "http://127.0.0.1:8000"),
    ],
)
def test_links_name_the_first_host_that_is_no_pattern(monkeypatch, hosts, https, address):
    monkeypatch.delenv("PORT", raising=False)
    assert safety.first_address(hosts, https=https) == address
