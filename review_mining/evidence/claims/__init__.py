"""What a statement says that an order can confirm: counts, days, amounts, goods, colours and sizes.

Every reader is a set of rules that rather finds nothing than something wrong: what is said of a friend's purchase, of
an earlier order, of a wish or a promise is passed over.
"""
