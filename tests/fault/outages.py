"""What the gate is for: a model that is away for a minute, and a tenant that sends nearly everything.

A worker is killed at the end of an outage, as with the other faults."""

from tests.fault.recovery import Ending
from tests.fault.scenario import Control, scenario
from tests.services.child import ServiceError, wait_until
from tests.services.proxy import Weather

OPEN_S = 5       # the breaker of every worker, after calls begin to fail
FULL_RATE_S = 30  # after the outage
PROBES_A_SECOND = 1  # of each worker, while its breaker is open

# Figures of the results: one for each time it was staged.
OPENED = "breakers open after s"
CALLS = "calls a second and worker"
ANSWERED = "all answered after s"

# How a model can be away; a round of the scenario stages one. Calls that never end, as well.
REFUSED, SILENT, FAILING, BUSY = "refused", "silent", "failing", "busy"
KINDS = (REFUSED, SILENT, FAILING, BUSY)
BEHAVIOUR = {SILENT: {"hang": True}, FAILING: {"status": 503}, BUSY: {"status": 429}}


def take_away(run, kind):
    if kind == REFUSED:
        run.place.model_proxy.set(Weather(is_refusing=True))
        run.cut_model()
    else:
        run.model.behave(**BEHAVIOUR[kind])


def give_back(run, kind):
    """Connections in which calls hang are cut: a model that was restarted has none of them."""
    run.model.behave(delay_ms=[20, 200])
    run.place.model_proxy.set(Weather())
    if kind == SILENT:
        run.cut_model()


def calls_made(run, kind):
    """As the model counts them; where it cannot be reached, as the workers do: there each call ends
    at once."""
    if kind == REFUSED:
        return sum(worker.metric("deskhand_model_calls_total") for worker in run.workers)
    return run.model.calls()["total"]


def wait_or_none(is_so, timeout_s, what):
    try:
        return wait_until(is_so, timeout_s, what, every_s=0.1)
    except ServiceError:
        return None


def expect_breakers_open(run, kind, since):
    """Within five seconds from now each worker leaves the model alone."""
    def are_open():
        return all(worker.metric("deskhand_gate_shut") for worker in run.workers)

    are = wait_or_none(are_open, OPEN_S, "the breakers to open")
    run.note(OPENED, round(run.load.now() - since, 1) if are else "never")
    run.expect(are, "I8", f"{kind}: a breaker is not open after {OPEN_S} s")


def expect_few_calls(run, kind, seconds):
    """While the outage goes on each worker asks once a second whether it is over."""
    before, since = calls_made(run, kind), run.load.now()
    run.pass_time(seconds)
    made, took_s = calls_made(run, kind) - before, run.load.now() - since
    allowed = len(run.workers) * (took_s * PROBES_A_SECOND + 1)
    run.note(CALLS, round(made / took_s / len(run.workers), 2))
    run.expect(made <= allowed, "I7", f"{kind}: {made:.0f} calls in {took_s:.0f} s of an outage")


def expect_full_rate(run, kind, since):
    """All that was asked before is answered, and what is asked now is, too."""
    at = wait_or_none(Ending(run, since).at, FULL_RATE_S, "all to be answered")
    run.note(ANSWERED, round(at - since, 1) if at else "never")
    run.expect(at, "I8", f"{kind}: not at full rate {FULL_RATE_S} s after the outage")


@scenario("F25", "the model is away for a minute, in one of four ways, and is back",
          times=(1, len(KINDS)), rate=60, in_mix=False, limits={"fallbacks_max": None},
          control=Control(lowered=("breaker",), finds=("I7", "I8"), tries=1))
def outage(run):
    kind = KINDS[run.round % len(KINDS)]
    run.wait_steady()  # a worker without partitions makes no calls
    since = run.load.now()
    run.note("way", kind)
    take_away(run, kind)
    expect_breakers_open(run, kind, since)
    expect_few_calls(run, kind, run.at_scale(6, 60))
    since = run.load.now()
    give_back(run, kind)
    expect_full_rate(run, kind, since)
    run.draw.choice(run.workers).kill()


OTHERS = 10  # conversations of tenants that send as ever
# Slow calls of few questions: what is measured is who waits for whom, and not the machine, which has
# little to do. Two workers with eight calls of 0.42 s at once take 38 questions a second.
OTHERS_A_SECOND = 3
CROWD_A_SECOND = 60  # of one tenant: 95 in 100 of all
FLOOD_S = 40
LIMIT = 1200  # calls that the tenant may make on one day
CALLS_AT_ONCE = 8  # of each worker
CALL_MS = [400, 440]
# The buyers are of the crowd: when the orders are looked at their questions go to a person.
BUDGET_USED_UP = {"fallbacks_max": None, "repeats_max": None, "may_buyers_ask": False}

CALM = "p99 of others before it s"
FLOODED = "p99 of others in it s"
PAID = "calls of the one"


def with_budget(run):
    limits = run.directory / "tenants"
    limits.write_text(f"crowd.requests.day = {LIMIT}\n")
    return {"budget.tenants.file": str(limits), "budget.exhausted": "refuse",
            "model.inflight.max": str(CALLS_AT_ONCE), "model.inflight.start": str(CALLS_AT_ONCE)}


def tenant_of(conversation):
    return f"shop-{conversation % 3}" if conversation < OTHERS else "crowd"


def slowest_of_others(run, since, until):
    """The wait in seconds that 99 in 100 of their questions of that time did not exceed."""
    answered = {output.body().get("in_reply_to"): at for output, at in run.live.seen()
                if output.kind == "answer"}
    waits = sorted(
        answered.get(uid, float("inf")) - sent_at
        for uid, sent_at in dict(run.load.sent_at).items()
        if since <= sent_at < until and int(uid.split("-")[1]) < OTHERS)
    return waits[int(len(waits) * 0.99)] if waits else float("inf")


@scenario("F44", "one tenant sends 95 in 100 of all questions", times=(1, 1), rate=OTHERS_A_SECOND,
          in_mix=False, settings=with_budget, limits=BUDGET_USED_UP,
          control=Control(lowered=("fair",), settings={"budget.tenants.file": None},
                          finds=("I8",), tries=1))
def flood(run):
    """The others hardly notice, and the one gets what its budget says, on all workers together."""
    run.load.asking, run.load.tenant_of = OTHERS, tenant_of
    first = {one: run.load.turns_of(one) for one in range(OTHERS, run.load.conversations)}
    run.model.behave(delay_ms=CALL_MS)
    run.wait_steady()
    calm_from = run.load.now()
    run.pass_time(FLOOD_S)
    flood_from = run.load.now()
    for _ in range(FLOOD_S * 10):
        for _ in range(CROWD_A_SECOND // 10):
            run.load.send(1, conversation=run.draw.randrange(OTHERS, run.load.conversations))
        run.pass_time(0.1)
    flood_until = run.load.now()
    run.wait_answers(200)
    wait_or_none(lambda: run.live.count() >= len(run.load.sent()) - 50, 60, "the crowd's last")
    calm_s = slowest_of_others(run, calm_from, flood_from)
    flood_s = slowest_of_others(run, flood_from, flood_until)
    run.note(CALM, round(calm_s, 2))
    run.note(FLOODED, round(flood_s, 2) if flood_s < float("inf") else "not all answered")
    run.expect(flood_s < 1.5 * calm_s, "I8", f"the others wait {flood_s:.2f} s, not {calm_s:.2f}")
    expect_budget_kept(run, first)


def expect_budget_kept(run, first):
    """Within one in a hundred of the limit, which is there to be used, too. `first` are the turns
    from which on the crowd's conversations were its own."""
    asked = run.model.calls()["by_question"]
    made = sum(asked.get(run.load.text_at(conversation, turn), 0)
               for conversation, begin in first.items()
               for turn in range(begin, run.load.turns_of(conversation)))
    run.note(PAID, made)
    run.expect(abs(made - LIMIT) <= LIMIT / 100, "I7", f"{made} calls, the budget is {LIMIT}")
