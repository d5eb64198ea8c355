"""What comes in: the org's objects, audiences chosen in it, and engagement events.

The way of an object: ``field_choice`` says what is wanted, ``descriptions`` what the org has of it, ``reads``
which stretch of ``windows`` is missing, ``pricing`` what that costs; ``importer`` brings it by ``arrivals``
and ``versions`` into ``raw`` and ``history``, and ``import_log`` keeps the books. Beside it stand ``upkeep``
for what no window shows, ``audiences`` and ``events``; ``staged`` is what later rooms read of all that.
"""
