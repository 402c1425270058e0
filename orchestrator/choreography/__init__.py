"""The observer of choreographed sagas: it folds the events on the bus into the saga log. It takes part in nothing.

    observer    from a delivery to the log: loads the saga, asks the core what follows, appends, acknowledges
    sagas       the sagas as they stand, from memory or the log; each append, and what is told of it
    facts       an event of the bus in the core's words
    progress    up to when everything published has been observed
    letters     the bus's dead letters, told to the sagas they hold up
    lookout     sagas in which nothing has happened for too long

The way of an event: bus → observer → core.observing → committer → (commit) → watchers, metrics → ack.
"""
