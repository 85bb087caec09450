"""Fetches the scripts of others that vendor.toml names, and checks those that lie here. Needs no Node.

    python -m kbi_portal.vendor            fetch, compare, write
    python -m kbi_portal.vendor check      compare the files that lie here with their sums
    python -m kbi_portal.vendor --from D   take the packages (name-version.tgz) from folder D

The registry is the one that NPM_REGISTRY names, else the one npm is set to where npm exists. A package whose
sum is not the one in vendor.toml is refused, and so is a file. For a new version: write its number, the
integrity the registry states, and the sums this command then names.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MANIFEST = Path(__file__).with_name("vendor.toml")
LARGEST = 64 * 1024 * 1024  # bytes of one package; what is larger is not what was asked for


class VendorError(Exception):
    """A package or file is not what vendor.toml says; the message names it."""


@dataclass(frozen=True)
class File:
    """One file of a package: where it lies in there, its name here, its SHA-256 in hexadecimal."""

    path: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Package:
    """One package of the npm registry, in one version."""

    name: str
    version: str
    licence: str
    home: str
    integrity: str
    folder: str
    files: tuple[File, ...]


def packages(manifest: Path = MANIFEST) -> tuple[Package, ...]:
    """What vendor.toml names."""
    listed = tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]
    return tuple(
        Package(**{**entry, "files": tuple(File(**file) for file in files)})
        for entry in listed
        for files in [entry.pop("file")]
    )


def mistakes(package: Package, root: Path = PROJECT) -> Iterator[str]:
    """What is wrong with the files of `package` under `root`, one sentence each; nothing when all is well."""
    for file in package.files:
        path = root / package.folder / file.name
        if not path.exists():
            yield f"{package.folder}/{file.name} is missing."
        elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != file.sha256:
            yield f"{package.folder}/{file.name} has SHA-256 {found}, vendor.toml says {file.sha256}."


def unpack(package: Package, archive: bytes, root: Path = PROJECT) -> None:
    """Write the files of `package` under `root`: all of them, or none with a VendorError."""
    algorithm, _, expected = package.integrity.partition("-")
    if algorithm != "sha512":
        raise VendorError(f"{package.name}: integrity must be a sha512 sum.")
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != expected:
        raise VendorError(f"{package.name} {package.version}: the package's sum is sha512-{found}, refused.")
    contents: dict[File, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for file in package.files:
            try:
                member = tar.extractfile(f"package/{file.path}")
            except KeyError:
                member = None
            if member is None:
                raise VendorError(f"{package.name} {package.version} holds no file {file.path}.")
            contents[file] = member.read()
            sha256 = hashlib.sha256(contents[file]).hexdigest()
            if sha256 != file.sha256:
                raise VendorError(
                    f"{package.name} {package.version}: {file.path} has SHA-256 {sha256}, refused."
                )
    for file, content in contents.items():
        target = root / package.folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def registry() -> str:
    """Address of the npm registry, without a slash at the end."""
    address = os.environ.get("NPM_REGISTRY", "")
    if not address and (npm := shutil.which("npm")):
        done = subprocess.run(
            [npm, "config", "get", "registry"], capture_output=True, text=True, timeout=60, check=False
        )
        address = done.stdout.strip()
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise VendorError("Name an npm registry: NPM_REGISTRY=https://…")
    return address.rstrip("/")


def from_registry(package: Package) -> bytes:
    """The package as the registry serves it."""
    base = package.name.rpartition("/")[2]
    url = f"{registry()}/{package.name}/-/{base}-{package.version}.tgz"
    with urllib.request.urlopen(url, timeout=120) as answer:  # noqa: S310 (scheme checked in registry())
        archive = answer.read(LARGEST + 1)
    if len(archive) > LARGEST:
        raise VendorError(f"{package.name} {package.version} is larger than {LARGEST} bytes.")
    return archive


def from_folder(folder: Path) -> Callable[[Package], bytes]:
    """A source of packages that were fetched before, as `npm pack` names them."""

    def read(package: Package) -> bytes:
        return (
            folder / f"{package.name.replace('@', '').replace('/', '-')}-{package.version}.tgz"
        ).read_bytes()

    return read


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kbi_portal.vendor", description="Scripts of others.")
    parser.add_argument("deed", nargs="?", choices=["fetch", "check"], default="fetch")
    parser.add_argument("--from", dest="folder", type=Path, help="folder with the packages")
    options = parser.parse_args(arguments)
    source = from_folder(options.folder) if options.folder else from_registry
    try:
        for package in packages():
            if options.deed == "fetch":
                unpack(package, source(package))
            wrong = list(mistakes(package))
            if wrong:
                raise VendorError("\n".join(wrong))
            sys.stdout.write(
                f"{package.name} {package.version} ({package.licence}): {len(package.files)} files\n"
            )
    except (VendorError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
