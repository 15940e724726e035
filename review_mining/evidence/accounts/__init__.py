"""Facts about buyers' accounts, which order the queue and nothing else.

Off by default: whoever turns them on answers for the conditions in ``docs/account_facts.md``. No module that decides an
outcome may import this package.
"""
