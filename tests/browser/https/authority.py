"""A certificate authority that the tests' browsers trust, so that they check certificates as they always do."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
import trustme

NO_CERTUTIL = (
    "The browser tests over https need certutil, and there is none on PATH. On Debian and Ubuntu: "
    "apt-get install libnss3-tools. Or run `make test`, which installs it."
)


class Authority:
    """Issues certificates, and makes browsers trust them."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}

    def tls_of(self, name: str) -> ssl.SSLContext:
        """What a server at that host name speaks TLS with."""
        if name not in self._contexts:
            self._contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(name).configure_cert(self._contexts[name])
        return self._contexts[name]

    def be_trusted_in(self, directory: Path) -> None:
        """Make a certificate database of NSS, which is what Chromium and Firefox look into."""
        certutil = shutil.which("certutil")
        if certutil is None:
            pytest.fail(NO_CERTUTIL)
        directory.mkdir(parents=True, exist_ok=True)
        database = f"sql:{directory}"
        subprocess.run([certutil, "-N", "-d", database, "--empty-password"], check=True)
        subprocess.run(
            [certutil, "-A", "-d", database, "-n", "Authority of the tests", "-t", "C,,"],
            input=self._authority.cert_pem.bytes(),
            check=True,
        )
