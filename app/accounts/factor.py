"""The second factor: codes by the clock (TOTP, RFC 6238), and recovery codes for a lost device."""

import base64
import io
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.opaque import digest, is_same
from app.accounts.tables import RecoveryCode, User

ISSUER = "EO Dataset Catalogue"
DRIFT_STEPS = 1
"""By how many steps of 30 seconds a device's clock may be wrong."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


def new_key() -> str:
    """A new key for an authenticator, in base 32."""
    return pyotp.random_base32()


def address(key: str, email: str) -> str:
    """What an authenticator reads: an otpauth address."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code as SVG, drawn by attributes alone, as the page policy asks."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


def step_of(key: str, code: str) -> int | None:
    """The step of 30 seconds that a code belongs to; None for a wrong one."""
    clock = pyotp.TOTP(key)
    now = datetime.now(UTC)
    for drift in range(-DRIFT_STEPS, DRIFT_STEPS + 1):
        step = clock.timecode(now) + drift
        if is_same(code, clock.generate_otp(step)):
            return step
    return None


def use_code(session: Session, user: User, code: str) -> bool:
    """Whether a code is right; each is taken once, even by two processes at the same moment."""
    typed = "".join(code.split())
    step = step_of(user.totp, typed) if user.totp and typed.isascii() else None
    if step is None:
        return False
    taken = update(User).where(User.id == user.id, User.totp_step < step).values(totp_step=step)
    return session.execute(taken.returning(User.id)).one_or_none() is not None


def set_up(session: Session, user: User, key: str, code: str) -> list[str] | None:
    """Take a key into use once a code proves that a device has it; gives the recovery codes."""
    step = step_of(key, "".join(code.split())) if code.isascii() else None
    if step is None:
        return None
    user.totp, user.totp_step = key, step
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=digest(_plain(one)), user_id=user.id) for one in codes)
    session.flush()
    return codes


def use_recovery_code(session: Session, user: User, code: str) -> bool:
    """Whether a recovery code is right; it is used up by this."""
    used = delete(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.digest == digest(_plain(code))
    )
    return session.execute(used.returning(RecoveryCode.user_id)).one_or_none() is not None


def count_recovery_codes(session: Session, user_id: int) -> int:
    """How many recovery codes are left."""
    asked = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return session.scalar(asked) or 0


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())
