"""Choreographies from outside: what services declare (facts), and what follows from it, before any event is published.

    facts     what each service declares; read from and written to JSON documents
    receipts  how a reaction that emits nothing says that it has handled an event
    graph     what is wrong with it: events, refusals and compensations that lead nowhere
    drawing   what a drawing shows; draw_text, draw_mermaid, draw_dot write it
    exploring every walk that a saga can take, and the story of each that goes wrong

Nothing here needs a service's code, a database or a bus: `sagaway.participant.choreography` is the side that runs.
"""
