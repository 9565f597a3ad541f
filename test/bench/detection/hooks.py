"""Gives a state whose record reference was used before one of its own, lest a conflict hide what else the provider makes of it."""
import itertools

import schemathesis

used = set()
numbers = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if not isinstance(body, dict) or not isinstance(body.get("record_reference_id"), str):
        return
    if body["record_reference_id"] in used:
        case.body = {**body, "record_reference_id": f"MET{next(numbers):010d}"}
    used.add(case.body["record_reference_id"])
