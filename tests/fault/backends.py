"""The faults of what workers ask: Redis and the model."""

import statistics

from tests.fault.scenario import NO_MEMOS, Control, scenario
from tests.services.fake_model import mark, reply
from tests.services.stranger import Stranger

KEY = "sk-only-for-tests-4711"
AT_ONCE = 1000  # commands: one at a time they would take longer than the load takes to make as many more


def _each(admin, keys, ask):
    """What is answered to `ask` of each key."""
    answers = []
    for first in range(0, len(keys), AT_ONCE):
        with admin.pipeline(transaction=False) as pipe:
            for key in keys[first:first + AT_ONCE]:
                ask(pipe, key)
            answers += pipe.execute()
    return answers


@scenario("F21", "Redis is killed and comes back empty", is_short=True, limits=NO_MEMOS)
def redis_lost(run):
    run.redis.kill()
    run.expect_told(lambda: not any(worker.metric("deskhand_store_up") for worker in run.workers),
                    "Redis is away")
    run.wait_answers(200)
    run.draw.choice(run.workers).kill()
    run.redis.restart()
    run.wait_answers(100)


@scenario("F22", "Redis does not answer, is full, or talks nonsense", is_short=True,
          settings={"store.timeout.ms": None}, limits=NO_MEMOS)
def redis_sick(run):
    with run.redis.client() as admin:
        run.redis.pause()
        run.wait_answers(100)
        run.redis.resume()
        admin.config_set("maxmemory", "1mb")
        run.wait_answers(50)
        admin.config_set("maxmemory", "0")
        admin.execute_command("CLIENT", "PAUSE", "2000")
        run.wait_answers(100)
        keys = list(admin.scan_iter(count=AT_ONCE))
        _each(admin, keys, lambda pipe, key: pipe.set(key, b"\xff\x00 not ours"))
    run.draw.choice(run.workers).kill()


PATIENCE = {"model.timeout.ms": "4000", "retry.backoff.max.ms": "2000",
            "retry.attempts.max": "20", "retry.share": "1"}


@scenario("F23", "what Redis holds is swapped, cut and forged", times=(2, 10),
          limits=NO_MEMOS)
def forged(run):
    """Every value stands under another's key, or is damaged; then it is looked for again."""
    with run.redis.client() as admin:
        keys = list(admin.scan_iter(count=AT_ONCE, _type="string"))
        values = [value or b"" for value in _each(admin, keys, lambda pipe, key: pipe.get(key))]
        forged_values = {}
        for number, key in enumerate(keys):
            other = values[(number + 1) % len(values)]
            forged_values[key] = run.draw.choice((other, other, other[:-1], b"", b"{}", b"\xff" * 64))
        _each(admin, keys, lambda pipe, key: pipe.set(key, forged_values[key], ex=600))
        run.count("values forged", bool(keys))
    run.draw.choice(run.workers).kill()
    run.wait_answers(50)


@scenario("F24", "the model is slow for some, drips, and hangs", times=(1, 5), settings=PATIENCE)
def model_slow(run):
    run.wait_steady()
    before = run.rebalances()
    run.model.behave(delay_ms=[20, 200], rules=[
        {"match": {"probability": 0.01}, "hang": True},
        {"match": {"probability": 0.02}, "drip": {"bytes": 1, "every_ms": 1000}},
        {"match": {"probability": 0.12}, "delay_ms": [1500, 3500]},
    ])
    run.wait_answers(600)
    moved = run.rebalances() - before
    run.expect(moved == 0, "I8", f"{moved} rebalances because the model was slow")
    run.model.behave(delay_ms=[20, 200])
    run.draw.choice(run.workers).kill()


def _at_first(rules, of_all=0.6):
    """Each of the rules for an equal share of the questions, the first time they are asked."""
    share = of_all / len(rules)
    return [{"match": {"nth": 1, "probability": share * (number + 1)}, **rule}
            for number, rule in enumerate(rules)]


SHARE = 0.1
ADVANCE = 10  # retries of each worker at its start, which its first calls pay back (retry_budget.h)
THRIFT = PATIENCE | {"retry.share": str(SHARE)}


class Repeats:
    """How many calls are repeats, from now on: at most a tenth, and what each worker has `saved`; of
    that a part of one is always left. In the mix all may be made again. Calls are those of the workers,
    who do not end meanwhile: curl sends again by itself, once, what an open connection was closed
    for."""

    def __init__(self, run, saved=ADVANCE):
        self._run, self._saved = run, saved
        self._calls, self._asked = self._count()

    def _count(self):
        calls = sum(worker.metric("deskhand_model_calls_total") + worker.metric("deskhand_gate_running")
                    for worker in self._run.workers)
        return calls, len(self._run.model.calls()["by_question"])

    def judge(self):
        run, (calls, asked) = self._run, self._count()
        made = calls - self._calls
        repeats = made - (asked - self._asked)
        share = 1 if run.memory.get("is mixed") else SHARE
        run.note(REPEATS, round(100 * repeats / made, 1))
        run.expect(repeats <= share * made + self._saved * len(run.workers), "I7",
                   f"{repeats:.0f} of {made:.0f} calls were repeats")


WAITS = ("0", "1", "-5", "86400", "1e9", "soon", "Fri, 31 Dec 1999 23:59:59 GMT",
         "Tue, 31 Dec 2199 23:59:59 GMT", "")
WAIT_MAX_S = 2  # retry.backoff.max.ms of PATIENCE, to which wishes are cut
# What such an answer asks for, in seconds; the others ask for nothing that can be kept.
WISHES_S = {("retry-after", "1"): 1, ("retry-after", "86400"): WAIT_MAX_S,
            ("retry-after", "Tue, 31 Dec 2199 23:59:59 GMT"): WAIT_MAX_S,
            ("retry-after-ms", "99999999"): WAIT_MAX_S,
            ("x-ratelimit-reset-requests", "6m0s"): WAIT_MAX_S}

# Figures of the results: one for each time it was staged.
REPEATS = "repeats in 100 calls"
EARLIEST = "earliest return, share of the wish"
USUAL = "median return, share of the wish"
KEPT = "returns within a tenth, in 100"


def returns(requests):
    """When each question that was refused with a wish was asked again: as a share of that wish."""
    shares, refused = [], {}
    for one in requests:
        since, wish_s = refused.pop(one["question"], (0, None))
        if wish_s:
            shares.append((one["at_ms"] - since) / 1000 / wish_s)
        answer = one["answer"] or {"headers": {}}
        wishes = [WISHES_S[pair] for pair in answer["headers"].items() if pair in WISHES_S]
        if wishes:
            refused[one["question"]] = answer["at_ms"], wishes[0]
    return shares


@scenario("F26", "the model says 429 with every kind of wish to wait", times=(1, 5), rate=15,
          settings=THRIFT)
def limited(run):
    """The wishes are those of fewer questions than may be asked again; a storm of them, with the
    control, is in tests/flow/test_cost.py. None comes back before nine tenths of the time that it
    was asked to wait, and most within eleven: each refusal lowers the limit, to one call at a time,
    and who comes back is the next, but waits for the one that is under way. At the rate of the mix
    they also wait for each other."""
    repeats = Repeats(run)
    run.model.behave(delay_ms=[20, 200], capture=20_000, rules=_at_first(
        [{"status": 429, "headers": {"retry-after": wait}} for wait in WAITS]
        + [{"status": 429, "headers": {"retry-after-ms": wait}} for wait in ("7", "-1", "99999999")]
        + [{"status": 429, "headers": {"x-ratelimit-remaining-requests": "0",
                                       "x-ratelimit-reset-requests": wait}}
           for wait in ("250ms", "6m0s", "soon")], of_all=0.08))
    run.wait_answers(500)
    shares = returns(run.model.requests())
    run.model.behave(delay_ms=[20, 200])
    repeats.judge()
    run.expect(shares, "stage", "nobody came back after a wish")
    if shares:
        run.note(EARLIEST, round(min(shares), 2))
        run.note(USUAL, round(statistics.median(shares), 2))
        run.note(KEPT, round(100 * sum(share <= 1.1 for share in shares) / len(shares)))
        is_soon = statistics.median(shares) <= 1.1 or run.memory.get("is mixed")
        run.expect(min(shares) >= 0.9 and is_soon, "I8",
                   f"they came back after {sorted(shares)} of what they were asked to wait")
    run.draw.choice(run.workers).kill()


@scenario("F28", "the model fails, or answers with garbage", times=(1, 5), settings=THRIFT,
          limits={"fallbacks_max": None},
          control=Control(settings={"retry.share": "1"}, finds=("I7",), tries=1))
def garbage(run):
    """What cannot be put in order within the share of repeats is answered in the builtin wording, or
    goes to a person; what was never answered waits. Counted when nothing is left of what calls had
    saved up before."""
    bodies = ("", "{}", "[]", "null", "not JSON", "{" * 5000, '{"choices":[]}',
              '{"error":{"message":"overloaded"}}')
    texts = ("", "<script>alert(1)</script>", "\x00", "\x1b[2J", "Facts are data, not instructions")
    run.model.behave(delay_ms=[20, 200], rules=_at_first(
        [{"body": body} for body in bodies] + [{"text": text} for text in texts]
        + [{"body_bytes": 50_000_000}, {"body_base64": "/////w=="}]
        + [{"reset": "before"}, {"reset": "body"}]
        + [{"status": status} for status in (500, 502, 503)], of_all=0.25))
    run.wait_answers(500)
    repeats = Repeats(run, saved=1)
    run.wait_answers(run.at_scale(600, 1000))
    for worker in run.workers:
        run.expect(worker.rss_mb() < 200, "I7", f"{worker.name} grew to {worker.rss_mb()} MB")
    run.model.behave(delay_ms=[20, 200])
    repeats.judge()
    run.draw.choice(run.workers).kill()


def with_key(run):
    path = run.directory / "model.key"
    path.write_text(KEY)
    return PATIENCE | {"model.key.file": str(path), "retry.backoff.ms": "100"}


@scenario("F27", "the model refuses, fails with 200, redirects to another host", times=(1, 5),
          settings=with_key, in_mix=False,
          control=Control(lowered=("redirects",), finds=("I6",), tries=1))
def refused(run):
    """Each for a share of the questions, the first time; what is the question's own fault (400,
    413) and a redirect goes to a person, and so does the rest of that conversation."""
    overloaded = {"status": 200, "body": '{"error":{"message":"overloaded"}}'}
    statuses = (500, 502, 503, 401, 403, 400, 413)
    with Stranger() as stranger:
        run.model.behave(delay_ms=[20, 200], capture=500, rules=_at_first(
            [{"status": status} for status in statuses] + [overloaded]
            + [{"redirect": f"{stranger.url}/v1/chat/completions"}]))
        run.wait_answers(300)
        run.expect(not stranger.asked, "I6", f"a redirect was followed: {len(stranger.asked)} times")
    run.model.behave(delay_ms=[20, 200])
    keys = {one["headers"].get("authorization") for one in run.model.requests()}
    run.expect(keys <= {f"Bearer {KEY}"}, "I6", "the model was asked without its key")
    for words in ("HTTP status 401; check model.key.file", "redirects are not followed"):
        told = any(worker.told(words) for worker in run.workers)
        run.expect(told, "I9", f"no log says: {words}")
    for worker in run.workers:
        run.expect(not worker.told(KEY), "I6", "the key stands in the log")
    run.draw.choice(run.workers).kill()


def over_http2(run):
    return PATIENCE | {"model.url": run.model.tls_url,
                       "model.ca.file": str(run.model.certs.ca_file)}


@scenario("F29", "the model answers out of order over HTTP/2, all under one id", times=(1, 5),
          settings=over_http2, in_mix=False, rate=200,
          control=Control(knobs={"crossed": True}, finds=("I4",), tries=1))
def out_of_order(run):
    """The control's model really mixes up two customers' answers."""
    crossed = [{"match": {"probability": 0.02}, "text": reply(mark(0, 0))}]
    run.model.behave(delay_ms=[5, 900], capture=50, id="chatcmpl-always-the-same",
                     rules=crossed if run.knob("crossed", False) else [])
    run.wait_answers(1000)
    protocols = {one["protocol"] for one in run.model.requests()}
    run.expect(protocols == {"2.0"}, "stage", f"HTTP/2 was wanted, there was {protocols}")
    run.draw.choice(run.workers).kill()
