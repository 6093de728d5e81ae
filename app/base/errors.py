"""What can go wrong, as one tree; `app/faults.py` alone turns it into HTTP.

    AppError
    ├── Invalid          400  the request says something that cannot be
    ├── Forbidden        403  the visitor may not do that
    ├── NotFound         404  there is no such thing
    ├── Conflict         409  someone else was faster
    ├── Gone             410  there was such a thing
    ├── TooLarge         413  more than this service reads
    ├── TooMany          429  asked too often
    └── Unavailable      503  right in itself, but not answered now

The message is read by the visitor: it says what to change.
"""


class AppError(Exception):
    """Something the visitor is told about: `status` and `code` for programs, the message for people."""

    status = 500
    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(AppError):
    """The request says something that cannot be."""

    status = 400
    code = "invalid"


class Forbidden(AppError):
    """The visitor may not do that."""

    status = 403
    code = "forbidden"


class NotFound(AppError):
    """There is no such thing."""

    status = 404
    code = "not-found"


class Conflict(AppError):
    """Someone else changed it in the meantime."""

    status = 409
    code = "conflict"


class Gone(AppError):
    """It was here and was taken back."""

    status = 410
    code = "gone"


class TooLarge(AppError):
    """More than this service reads."""

    status = 413
    code = "too-large"


class TooMany(AppError):
    """Asked too often."""

    status = 429
    code = "too-many"


class Unavailable(AppError):
    """Right in itself, but not answered now; `retry_after` in seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
