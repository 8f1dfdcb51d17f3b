"""Certificates for the TLS listeners: an authority of our own, good ones and bad ones."""

import datetime

import trustme
from cryptography.hazmat.primitives import serialization


class Identity:
    """Files of one certificate: `chain`, `key`, and both in one file (`key_and_chain`)."""

    def __init__(self, directory, name, issued):
        self.chain = directory / f"{name}.crt"
        self.key = directory / f"{name}.key"
        self.key_and_chain = directory / f"{name}.pem"
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
        # Java reads no other form of a private key than PKCS #8.
        key_bytes = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.chain.write_bytes(chain)
        self.key.write_bytes(key_bytes)
        self.key_and_chain.write_bytes(key_bytes + chain)
        for secret in (self.key, self.key_and_chain):
            secret.chmod(0o600)


class Authority:
    """A certificate authority; `ca_file` is what a client has to trust."""

    def __init__(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._ca = trustme.CA()
        self.ca_file = directory / "ca.crt"
        self.ca_file.write_bytes(self._ca.cert_pem.bytes())

    def issue(self, file_name, *names):
        return Identity(self._directory, file_name, self._ca.issue_cert(*names))

    def issue_expired(self, file_name, *names):
        return self._issue_from(file_name, names, -30, -1)

    def issue_future(self, file_name, *names):
        """Not valid before tomorrow."""
        return self._issue_from(file_name, names, 1, 30)

    def _issue_from(self, file_name, names, first_day, last_day):
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (now + datetime.timedelta(days=day) for day in (first_day, last_day))
        issued = self._ca.issue_cert(*names, not_before=begin, not_after=end)
        return Identity(self._directory, file_name, issued)
