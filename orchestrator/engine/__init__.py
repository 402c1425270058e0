"""What drives sagas: decide, append, commit, and only then send.

`engine` is the face to the API; `runner` drives one saga; `committer` writes for all of them in few transactions;
`dispatcher` claims sagas that are due; `gates` bounds the calls under way. Clock, log, caller and randomness are
arguments, so the same code runs in production, in tests and on simulated time.
"""
