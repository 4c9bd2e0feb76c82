"""Where charts are meant to differ from python-statemachine 3.2.2 as it comes, and why.

One row each, and one test of that name in `tests/statecharts/engine/test_divergences.py` that
shows both. Everything else is held to be the same, and compared.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Divergence:
    """`theirs` is what python-statemachine does, `ours` what a chart does.

    `by_reference`: whether `reference(chart)` does as we do, so that the two can be compared there.
    """

    name: str
    theirs: str
    ours: str
    why: str
    by_reference: bool = True


DIVERGENCES = (
    Divergence(
        "the_action_of_a_transition_into_history_runs_once",
        "runs it again when it enters the state around the history state",
        "once",
        "a resubscription would be sent twice; SCXML says once",
    ),
    Divergence(
        "states_are_entered_and_left_in_document_order",
        "numbers each level from its parent on, so that regions with something inside interleave",
        "outer before inner, all of it before the next; the other way round when leaving",
        "SCXML says so, and what a region does stays together",
    ),
    Divergence(
        "regions_are_asked_in_document_order",
        "asks the region first that has not moved for longest, so that which of two conflicting "
        "transitions wins depends on the way one came",
        "the first in the class body wins",
        "SCXML says so, and the same place must answer the same",
    ),
    Divergence(
        "a_step_that_raises_changes_nothing",
        "keeps what was done before an error in `after`, in an eventless or a later transition, "
        "and always what history recorded",
        "the configuration, history and end of the chart are those before the step",
        "the effects are lost with the exception: what was to be done on the way was not",
    ),
    Divergence(
        "a_circle_of_eventless_transitions_is_refused",
        "goes round for ever",
        "raises `DefinitionError` after 100 microsteps, and nothing has changed",
        "a live process that hangs is the worst of outcomes",
    ),
    Divergence(
        "nobody_is_given_what_an_entry_hook_returns",
        "hands what the hooks of a final state return to the hooks of `done.state`",
        "hooks return nothing",
        "a hook speaks by asking for effects and by what the chart remembers",
    ),
    Divergence(
        "effects_are_asked_for_by_hooks_only",
        "has no effects; a guard or `__init__` may do anything",
        "asking in a guard, in `__init__` or from outside raises `DefinitionError`",
        "nobody would perform them, or they would be performed for an event that was refused",
    ),
    Divergence(
        "a_hook_sends_its_own_chart_no_event",
        "queues the event, or runs it next",
        "`step` within a step raises `DefinitionError`, and there is no `send`",
        "a driver takes one event at a time; eventless transitions follow by themselves",
    ),
    Divergence(
        "data_may_have_any_name",
        "`send` takes `delay`, `internal` and `send_id` for itself, and is confused by `machine`",
        "they are data like any other, except that hooks are told who the `machine` is",
        "a field of the venue's must not become a delay",
    ),
    Divergence(
        "data_may_be_called_key_or_on_error",
        "raises `TypeError`, its own functions having parameters of these names",
        "they are data like any other",
        "the same",
        by_reference=False,
    ),
    Divergence(
        "an_unknown_event_named_like_an_attribute_is_unexpected",
        "raises `AttributeError`, having taken the attribute for an event",
        "raises `UnexpectedEvent`",
        "it is an event that is not listed",
    ),
    Divergence(
        "hooks_are_given_the_states_of_the_class",
        "gives states that know whether they are active when leaving, and those of the class "
        "when entering",
        "always those of the class; `self.<state>.is_active` tells, and `event` is a plain string",
        "they are the same object each time and cost nothing",
        by_reference=False,
    ),
    Divergence(
        "a_compiled_chart_offers_what_charts_promise",
        "has `send`, `configuration`, `current_state`, `allowed_events`, listeners and more",
        "has `step`, `active_leaves`, `<state>.is_active`, and the four ways to ask for effects",
        "what nobody uses costs nothing and cannot be held wrong",
        by_reference=False,
    ),
)
