"""Where a case does not agree with itself: its pictures, its statement and its order, two statements of one buyer.

A contradiction is a question to ask, never a proof: every one has an innocent explanation, which its reason names.
"""
