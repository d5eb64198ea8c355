"""Who is who, and which company: texts read by rule, people, their accounts, their duplicates.

What one text says is plain Python: ``domains``, ``emails`` and ``company_names``, which stand on ``texts``.
The tables of ``matched`` come in this order:

1. ``readings`` makes ``website``, ``email_address`` and ``company_name`` of every distinct text, and
   ``corrections`` makes ``override`` of what a person said; ``record_redirect`` follows merges, and
   ``person_correction`` says for whom a correction counts now.
2. ``person`` is everybody there is. ``account_standing`` puts accounts in order, ``key_owner`` says which
   account a domain, name or address means, and ``account_match`` finds that of each person.
3. ``record_links`` keeps in ``record_link`` which record an address belongs to, from run to run. ``sighting``
   lists how events name somebody; ``address_owner`` and ``person_match`` say who that is.
4. ``affiliation``, ``organisation`` and ``event`` are what scoring reads: people, companies, what they did.
5. ``person_key``, ``person_link``, ``duplicate`` and ``account_duplicate`` lead to ``to_merge``, and
   ``duplicate_log`` keeps when each was found.
6. ``unmatched_company``, ``company_candidate`` and ``shared_domain`` lead to ``suggestion``: what a person is
   asked. The answers are corrections of the next run.
"""
