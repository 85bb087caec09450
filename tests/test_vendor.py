"""Scripts of others lie here unchanged, with their licence, and come from nowhere unasked."""

import base64
import dataclasses
import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kbi_portal import vendor


def archive_of(**files: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def package_of(archive: bytes, **files: str) -> vendor.Package:
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    listed = tuple(
        vendor.File(path=name, name=name, sha256=hashlib.sha256(text.encode()).hexdigest())
        for name, text in files.items()
    )
    return vendor.Package("thing", "1.2.3", "MIT", "https://example.org/", integrity, "static/thing", listed)


def test_every_vendored_file_is_what_its_package_holds():
    assert [wrong for package in vendor.packages() for wrong in vendor.mistakes(package)] == []


def test_every_vendored_package_brings_its_licence():
    for package in vendor.packages():
        assert package.licence
        assert any("LICENSE" in file.name for file in package.files), package.name


def test_no_script_lies_there_that_is_not_listed():
    listed = {f"{package.folder}/{file.name}" for package in vendor.packages() for file in package.files}
    found = {
        str(path.relative_to(vendor.PROJECT))
        for path in (vendor.PROJECT / "static" / "vendor").rglob("*")
        if path.is_file()
    }
    assert found - listed == set()


def test_a_changed_and_a_missing_file_are_named(tmp_path):
    archive = archive_of(a="one", b="two")
    package = package_of(archive, a="one", b="two")
    vendor.unpack(package, archive, tmp_path)
    assert list(vendor.mistakes(package, tmp_path)) == []
    (tmp_path / "static/thing/a").write_text("onE")
    (tmp_path / "static/thing/b").unlink()
    changed, missing = vendor.mistakes(package, tmp_path)
    assert "static/thing/a has SHA-256" in changed
    assert missing == "static/thing/b is missing."


def test_a_package_with_another_sum_is_refused_and_nothing_is_written(tmp_path):
    package = package_of(archive_of(a="one"), a="one")
    with pytest.raises(vendor.VendorError, match=r"thing 1.2.3: the package's sum is sha512-"):
        vendor.unpack(package, archive_of(a="two"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_another_sum_is_refused_and_nothing_is_written(tmp_path):
    archive = archive_of(a="one", b="two")
    package = package_of(archive, a="one", b="other")
    with pytest.raises(vendor.VendorError, match="b has SHA-256"):
        vendor.unpack(package, archive, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_the_package_does_not_hold_is_named(tmp_path):
    archive = archive_of(a="one")
    with pytest.raises(vendor.VendorError, match="holds no file b"):
        vendor.unpack(package_of(archive, b="two"), archive, tmp_path)


def test_only_a_sha512_sum_counts(tmp_path):
    archive = archive_of(a="one")
    package = dataclasses.replace(package_of(archive, a="one"), integrity="sha1-abc")
    with pytest.raises(vendor.VendorError, match="sha512"):
        vendor.unpack(package, archive, tmp_path)


def test_the_package_is_fetched_from_the_registry_the_environment_names(monkeypatch, tmp_path):
    archive = archive_of(a="one")
    package = package_of(archive, a="one")
    asked = []

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(archive)

        def log_message(self, *arguments):
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("NPM_REGISTRY", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        fetched = vendor.from_registry(package)
        server.shutdown()
        thread.join()
    assert asked == ["/thing/-/thing-1.2.3.tgz"]
    assert fetched == archive


def test_without_a_registry_the_command_says_what_to_name(monkeypatch, capsys):
    monkeypatch.delenv("NPM_REGISTRY", raising=False)
    monkeypatch.setattr(vendor.shutil, "which", lambda name: None)
    assert vendor.main([]) == 1
    assert "NPM_REGISTRY" in capsys.readouterr().err


def test_the_check_names_each_package_with_its_licence(capsys):
    assert vendor.main(["check"]) == 0
    assert "echarts 6.1.0 (Apache-2.0): 5 files" in capsys.readouterr().out
