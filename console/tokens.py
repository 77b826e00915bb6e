"""Until when a token is good, where it says so itself."""

from __future__ import annotations

import base64
import binascii
import json
import math

_LONGEST = 16_384


def jwt_expiry(token: str) -> float | None:
    """The `exp` claim (RFC 7519, epoch seconds) of a JWT; None for any other token, or one without the claim.

    The signature is not verified: whether the token is good is for its gateway to say, this is only what it claims.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        return None
    try:
        claims = json.loads(base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    expires = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        return None
    return float(expires) if abs(expires) < 1e15 and math.isfinite(expires) else None
