"""The OpenAPI description is true: machine-made requests get what it promises, and never a fault."""

from pathlib import Path
from tempfile import gettempdir

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app.settings import Settings
from app.web import create_app

# The description does not depend on the database, so none need be there to write it.
DESCRIPTION = create_app(
    Settings(state_dir=Path(gettempdir()), secret="x" * 32), "postgresql://nowhere/none"
).openapi()

schema = schemathesis.openapi.from_dict(DESCRIPTION)


# What JSON Schema cannot say, the service still refuses: a minimum above its maximum, say.
BEYOND_SCHEMAS = [positive_data_acceptance]


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_promise(case: Case, live_server):
    # An empty value is declared as allowed, which the check on refusals does not know.
    hollow = any(value in ("", [""], None) for value in (case.query or {}).values())
    excluded = [*BEYOND_SCHEMAS, negative_data_rejection] if hollow else BEYOND_SCHEMAS

    case.call_and_validate(base_url=live_server, timeout=20, excluded_checks=excluded)
