"""What a shop has around it, played: a card acquirer, a carrier, and a mail server.

They behave like real ones: late, twice, or never. `python -m shop.stand_ins` runs all three in one
process, which knows nothing of the store.
"""
