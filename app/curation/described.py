"""How the interface of curation is described in OpenAPI: what it refuses, and bodies that it reads itself."""

from typing import Any

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["title", "status", "detail", "code"],
                "properties": {
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {name: {"type": "string"} for name in ("path", "code", "detail")},
                        },
                    },
                    "conflicts": {"type": "array", "items": {"type": "object"}},
                    "current": {"type": "object"},
                },
            }
        },
        "application/json": {"schema": {"$ref": "#/components/schemas/Fault"}},
    }
}
_SIGN_IN = {"description": "The token is not valid, or somebody has to sign in."}
_FORBIDDEN = {"description": "The role, or the scope of the token, does not allow it."}
_MISSING = {"description": "There is no such revision or dataset, or it is not open to you."}
READS: Responses = {401: _SIGN_IN, 403: _FORBIDDEN, 404: _MISSING}
ADDITIONS: Responses = {
    **READS,
    400: {"description": "The body says what cannot be; `errors` tells which facts to mend.", **_PROBLEM},
    409: {"description": "The state does not allow it, or the request key was used before.", **_PROBLEM},
    410: {"description": "The dataset was withdrawn."},
    429: {"description": "Tried too often; Retry-After says when to try again."},
}
OPEN: Responses = {**ADDITIONS, 201: {"description": "Begun; the link to confirm it may be on its way."}}
CHANGES: Responses = {
    **ADDITIONS,
    412: {"description": "Somebody else changed it meanwhile; `current` is how it stands now.", **_PROBLEM},
    428: {"description": "If-Match is missing."},
}

_RECORD = {"type": "object", "description": "A record as GET /api/datasets/{slug} has it; may be incomplete."}


def body_of_record() -> dict[str, Any]:
    """`openapi_extra` that declares a whole record as the body."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _RECORD}}}}


def body_of_patch() -> dict[str, Any]:
    """`openapi_extra` that declares a JSON Merge Patch as the body."""
    example = {"licence": {"spdx": "CC-BY-4.0"}, "year": None}
    schema = {"type": "object", "examples": [example]}
    return {
        "requestBody": {"required": True, "content": {"application/merge-patch+json": {"schema": schema}}}
    }
