"""Copy the lessons into a learner's home, and leave alone what is there: `give_lessons.py FROM TO KEY`.

KEY is a file to make if it is not there: a key and its certificate, with which the programs of this learner
know each other. Lesson 14's, which run what they are sent, would else take it from everybody.

Runs as the learner: a program of the system's would follow links that a learner has put there.
"""

import contextlib
import datetime
import shutil
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

source, home, key_file = map(Path, sys.argv[1:])


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


if not key_file.exists():
    try:
        key_file.write_bytes(make_key())
    except OSError as error:
        with contextlib.suppress(OSError):
            key_file.unlink()
        sys.exit(f"{key_file.name} could not be made: {error.strerror}")
for path in sorted(source.rglob("*")):
    target = home / path.relative_to(source)
    half = target.with_name(target.name + ".part")  # a full disk leaves no half lesson
    try:
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            shutil.copyfile(path, half)
            half.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink()
        sys.exit(f"{target.relative_to(home)} could not be put there: {error.strerror}")
