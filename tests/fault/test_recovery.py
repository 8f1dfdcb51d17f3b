"""When everything goes on as before: all from before is answered, and some of behind, everywhere."""

import types

from tests.checker.evidence import Output, Sent
from tests.fault.recovery import Ending


def question(uid, partition):
    return Sent(uid=uid, topic="t", partition=partition, offset=0, key="k")


def answer(uid, at):
    value = f'{{"in_reply_to": "{uid}"}}'
    return Output(kind="answer", topic="a", partition=0, offset=0, key=b"k", value=value.encode(),
                  headers=[], committed=True), at


def staged(sent_at, questions):
    sent, seen = list(questions), []
    load = types.SimpleNamespace(sent=lambda: list(sent), sent_at=sent_at)
    live = types.SimpleNamespace(seen=lambda: list(seen))
    return types.SimpleNamespace(load=load, live=live), sent, seen


def test_it_is_over_when_the_last_of_before_and_one_of_each_partition_are_answered():
    run, _, seen = staged({"old": 1, "new-0": 6, "new-1": 7},
                          [question("old", 0), question("new-0", 0), question("new-1", 1)])
    ending = Ending(run, 5)
    seen += [answer("new-0", 8), answer("new-1", 9)]
    assert ending.at() is None, "the one of before is not answered"
    seen.append(answer("old", 10))
    assert ending.at() == 10


def test_it_is_not_over_while_a_partition_has_answered_nothing():
    run, sent, seen = staged({"old": 1, "new-0": 6, "new-1": 7},
                             [question("old", 0), question("new-0", 0), question("new-1", 1)])
    ending = Ending(run, 5)
    seen += [answer("old", 6), answer("new-0", 8)]
    assert ending.at() is None
    sent.append(question("late", 1))
    run.load.sent_at["late"] = 8
    seen += [answer("late", 11), answer("new-1", 12)]
    assert ending.at() == 11


def test_a_question_that_is_known_only_behind_its_answer_counts():
    run, sent, seen = staged({"old": 1, "new": 6}, [question("new", 0)])
    ending = Ending(run, 5)
    seen += [answer("old", 7), answer("new", 8)]
    assert ending.at() == 8
    sent.append(question("old", 0))
    assert ending.at() == 8
