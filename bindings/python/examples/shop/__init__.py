"""A demo shop on escrowdb: the walk of a shopper, a seller, staff and an operator, in a browser.

`./start` runs it; README.md says what to look at. The modules, from the store up to the pages:

`house` opens the store, its wallets and orders; `documents` keeps the shop's own rows in it;
`catalogue`, `people`, `sessions`, `files` and `deals` are what the shop adds; `web` turns a request
into a `Visit`, and `pages` answers visits. `duties` does in the background what time and others
ask for. `stand_ins` are a card acquirer, a carrier and a mail server to play with.
"""
