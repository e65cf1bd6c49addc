"""Copy the lessons into a learner's home, and leave alone what is there: `give_lessons.py FROM HOME PRIVATE`.

The folder PRIVATE, which no other may enter, gets a folder for what is not kept, and a key with its
certificate, by which the programs of this learner know each other: lesson 14's, which run what they are sent,
would else take it from everybody.

Runs as the learner: a program of the system's would follow links that a learner has put there.
"""

import datetime
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kept import keep

source, home, private = map(Path, sys.argv[1:])


def make_key() -> bytes:
    """Return a new key and a certificate that it has signed itself, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a learner's programs")])
    now = datetime.datetime.now(datetime.UTC)
    wanted = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    wanted = wanted.serial_number(x509.random_serial_number())
    wanted = wanted.not_valid_before(now - datetime.timedelta(days=1))
    wanted = wanted.not_valid_after(now + datetime.timedelta(days=3650))
    wanted = wanted.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()) + wanted.sign(
        key, hashes.SHA256()
    ).public_bytes(serialization.Encoding.PEM)


try:
    if not (private / "dask.pem").exists():
        keep(private / "dask.pem", make_key())
    (private / "tmp").mkdir(exist_ok=True)
except OSError as error:
    sys.exit(f"{error.filename} could not be made: {error.strerror}")
for path in sorted(source.rglob("*")):
    target = home / path.relative_to(source)
    try:
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            keep(target, path.read_bytes(), mode=0o600)
    except OSError as error:
        sys.exit(f"{target.relative_to(home)} could not be put there: {error.strerror}")
