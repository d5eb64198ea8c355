"""One org over the wire: sign-in, SOQL, REST, Bulk 2.0, describe and errors.

Knows nothing of scores, tables or settings of other rooms.
"""
