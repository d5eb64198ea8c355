"""One org over the wire: sign-in, SOQL, REST, Bulk 2.0, describe, list views, reports, errors.

Knows nothing of scores, tables or settings of other rooms.
"""
