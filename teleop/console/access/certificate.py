"""The certificate of this installation, made on this machine and never shipped.

Browsers give a page no headset and no gamepad over plain HTTP from another machine. A self-signed
certificate encrypts the connection; its fingerprint identifies it.
"""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from drive2walk.experiment.errors import ConfigError

LIFETIME = datetime.timedelta(days=365)
RENEW_BEFORE = datetime.timedelta(days=7)


@dataclasses.dataclass(frozen=True)
class InstalledCertificate:
    """The files of the certificate and of its private key, both PEM."""

    certificate: Path
    key: Path

    def read(self) -> x509.Certificate:
        """Return the certificate.

        Raises:
            ConfigError: The file can't be read.
        """
        try:
            return x509.load_pem_x509_certificate(self.certificate.read_bytes())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"'{self.certificate}' is no certificate ({error}). Delete it to get a new one."
            ) from error

    def covers(self, names: tuple[str, ...], now: datetime.datetime) -> bool:
        """Return whether it is valid for all these names, and for some days after ``now``."""
        certificate = self.read()
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        present = {str(general.value) for general in alternatives.value}
        return set(names) <= present and certificate.not_valid_after_utc > now + RENEW_BEFORE

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as browsers show it."""
        return self.read().fingerprint(hashes.SHA256()).hex(":").upper()


def default_folder() -> Path:
    """Return the folder of this user's certificate."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "drive2walk" / "console"


def installed_certificate(folder: Path, names: tuple[str, ...]) -> InstalledCertificate:
    """Return the certificate in ``folder``, after making a new one if needed.

    A new one is made if there is none, it ends soon, or it doesn't cover all names.

    Args:
        folder: Folder of this installation's certificate.
        names: Host names and addresses under which the console is opened.

    Raises:
        ConfigError: The folder can't be written, or its certificate can't be read.
    """
    installed = InstalledCertificate(folder / "certificate.pem", folder / "key.pem")
    now = datetime.datetime.now(datetime.UTC)
    usable = installed.certificate.exists() and installed.key.exists()
    if usable and installed.covers(names, now):
        return installed
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, names, now)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(installed.key, _pem(key))
        installed.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise ConfigError(
            f"the certificate can't be written to '{folder}' ({error.strerror}). "
            "Make the folder writable, or set XDG_DATA_HOME to one that is."
        ) from error
    return installed


def _self_signed(
    key: ec.EllipticCurvePrivateKey, names: tuple[str, ...], now: datetime.datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "drive2walk console")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(
            x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, even while it is being written."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
