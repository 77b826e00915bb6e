"""The desk's signing key, and the public keys that others check it with: Ed25519, PEM, as openssl reads and writes.

`cryptography` is imported late: only a live desk and `dutydeck audit` need it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from feeds.errors import InputError, JournalError
from feeds.journal_checkpoint import Checkpoint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signer:
    """Holds a private key and signs checkpoints. `key` is the id of the key, `public_pem` what others need."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = key_id(private.public_key())
        self.public_pem = _public_pem(private.public_key())

    def checkpoint(self, number: int, digest: str, at_ns: int, first: int | None = None) -> Checkpoint:
        """Say that the chain has this hash at this entry; with `first`, that a segment from there ends here."""
        said = Checkpoint(number, digest, at_ns, self.key, first=first)
        return replace(said, signature=base64.b64encode(self._private.sign(said.signed_bytes)).decode())


def key_id(public: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 over the 32 bytes of the key."""
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def signer_at(path: Path) -> Signer:
    """The signer whose key is in this file, made at the first call; the public key is put beside it, as `.pub`.

    Raises JournalError for a key that cannot be read or written, or that others than its owner can read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise JournalError(f"{path}: others can read this signing key; chmod 600 it, or remove it for a new one")
        private = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise JournalError(f"{path}: the signing key: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise JournalError(f"{path}: this is no signing key (Ed25519, PEM, no password)") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise JournalError(f"{path}: this is no signing key (Ed25519, PEM, no password)")
    signer = Signer(private)
    with suppress(OSError):  # who signs needs no public key; it can be made again with openssl pkey -pubout
        public = path.with_name(path.name + ".pub")
        if not public.exists():
            public.write_bytes(signer.public_pem)
    return signer


def _make(path: Path) -> None:
    """Put a new key there, whole or not at all; where another process was quicker, its key stays."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, made)
        os.fsync(handle)
    finally:
        os.close(handle)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _public_pem(public: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_keys(paths: Iterable[Path]) -> dict[str, Ed25519PublicKey]:
    """The public keys of these PEM files, by id. Raises InputError for a file that holds none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    keys: dict[str, Ed25519PublicKey] = {}
    for path in paths:
        try:
            found = load_pem_public_key(path.read_bytes())
        except OSError as error:
            raise InputError(str(path), f"cannot be read: {error.strerror}", "a public key") from error
        except ValueError:
            found = None
        if not isinstance(found, Ed25519PublicKey):
            raise InputError(str(path), "this is no public key for checkpoints", "Ed25519 in PEM, journal.db.key.pub")
        keys[key_id(found)] = found
    return keys


def signed_by(checkpoint: Checkpoint, keys: Mapping[str, Ed25519PublicKey]) -> str:
    """Why the signature of a checkpoint does not hold; empty where it does."""
    from cryptography.exceptions import InvalidSignature

    key = keys.get(checkpoint.key)
    if key is None:
        return f"is signed with another key, {checkpoint.key}"
    try:
        key.verify(base64.b64decode(checkpoint.signature, validate=True), checkpoint.signed_bytes)
    except (InvalidSignature, ValueError):
        return "does not have the signature that it claims"
    return ""
