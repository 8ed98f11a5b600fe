"""Worlds to compare: a configuration, what is posted to it and when, silences, failing receivers, reloads. Times are
seconds since Alertmanager's start; nothing happens before the third."""

import time

FIRST = 3.0


def webhook(**settings):
    return {"url": "http://127.0.0.1:1/", "send_resolved": True, **settings}


def route(**settings):
    return {"receiver": "a", "group_by": ["g"], "group_wait": "1s", "group_interval": "2s", "repeat_interval": "1h",
            **settings}


def world(name, pushes, *, configuration=None, seconds=20, silences=(), failures=(), reloads=(), flags=None, **more):
    configuration = {"global": {"resolve_timeout": "5m"}, "route": route(),
                     "receivers": [{"name": "a", "webhook_configs": [webhook()]}], **(configuration or {})}
    return {"name": name, "configuration": configuration, "pushes": list(pushes), "silences": list(silences),
            "failures": list(failures), "reloads": list(reloads), "flags": flags or {}, "seconds": seconds, **more}


def alert(i, starts=None, ends=None, **labels):
    out = {"labels": {"alertname": "A", "i": str(i), **labels}}
    if starts is not None:
        out["starts_at"] = starts
    if ends is not None:
        out["ends_at"] = ends
    return out


def push(at, *alerts):
    return {"at": at, "alerts": list(alerts)}


RULE = {"source_matchers": ['k="down"'], "target_matchers": ['k="slow"'], "equal": ["g"]}


def muted_for_a_minute(key):
    """A world whose route is muted (or active) in the minute in which it begins."""
    def adapt(of, now):
        minute = time.gmtime(now)
        begin = minute.tm_hour * 60 + minute.tm_min
        # The end of a day is no end of a range that wraps.
        end = begin + 1
        text = lambda m: "%02d:%02d" % divmod(m, 60)
        route_of = {**of["configuration"]["route"], "routes": [
            {"receiver": "a", "matchers": ['k="timed"'], key: ["minute"]}]}
        return {**of, "configuration": {**of["configuration"], "route": route_of, "time_intervals": [
            {"name": "minute", "time_intervals": [{"times": [{"start_time": text(begin), "end_time": text(end)}]}]}]}}
    return adapt


def hand_made():
    none = {"global": {"resolve_timeout": "4s"}}
    yield world("reasons", [push(3, alert(1), alert(2)), push(5, alert(1, 3, 5)), push(7, alert(3)),
                            push(9, alert(2, 3, 9), alert(3, 7, 9))])
    yield world("old alert flushes at once", [push(3, alert(1, -60)), push(4.5, alert(2, -60))])
    yield world("old alert joins a waiting group", [push(3, alert(1)), push(4.2, alert(2, -60))],
                configuration={"route": route(group_wait="4s")})
    yield world("resolved by time-out", [push(3, alert(1))], configuration=none)
    yield world("refreshed before the time-out", [push(t, alert(1)) for t in (3, 6.3, 9.3)], configuration=none)
    yield world("repeats", [push(3, alert(1))], configuration={"route": route(repeat_interval="3s")}, seconds=25)
    yield world("repeat is a multiple", [push(3, alert(1))], configuration={"route": route(repeat_interval="4s")},
                seconds=25)
    yield world("group is destroyed", [push(3, alert(1, 3, 4.4)), push(6.7, alert(1, 6.7, 60))], seconds=15)
    yield world("group is kept for its next flush", [push(3, alert(1, 3, 5.5)), push(9, alert(1, 9, 60))],
                configuration={"route": route(group_interval="5s")}, seconds=22)
    yield world("group is removed at maintenance", [push(25, alert(1, 25, 27.5)), push(30.7, alert(1, 30.7, 60))],
                configuration={"route": route(group_interval="4s")}, seconds=40)
    yield world("without send_resolved", [push(3, alert(1), alert(2)), push(5, alert(1, 3, 5)), push(7, alert(2, 3, 7)),
                                          push(9.4, alert(1, 9.4, 60))],
                configuration={"receivers": [{"name": "a", "webhook_configs": [webhook(send_resolved=False), webhook()]}]})
    yield world("silenced", [push(3, alert(1), alert(2))], silences=[{"matchers": ['i="1"'], "from": 3, "to": 9.4}])
    yield world("resolved behind a silence", [push(3, alert(1)), push(6, alert(1, 3, 6)), push(13, alert(1, 3, 6))],
                silences=[{"matchers": ['i=~"1|2"'], "from": 4.7, "to": 11.3}])
    yield world("inhibited", [push(3, alert(1, k="down", g="x"), alert(2, k="slow", g="x"), alert(3, k="slow", g="y")),
                              push(8.3, alert(1, 3, 8.3, k="down", g="x"))],
                configuration={"inhibit_rules": [RULE]})
    both = {"source_matchers": ['s="y"'], "target_matchers": ['t="y"'], "equal": ["g"]}
    yield world("both sides", [push(3, alert(1, s="y", t="y"), alert(2, s="y", t="y"), alert(3, t="y"))],
                configuration={"inhibit_rules": [both]})
    yield world("a two-sided source hides another",
                [push(3, alert(1, 3, 60, s="y")), push(3.2, alert(2, 3, 90, s="y", t="y")),
                 push(3.4, alert(3, 3, 80, s="y", t="y"))], configuration={"inhibit_rules": [both]})
    yield world("source without the equal label", [push(3, alert(1, k="down"), alert(2, k="slow"), alert(3, k="slow", g="x"))],
                configuration={"inhibit_rules": [RULE]})
    yield world("retried", [push(3, alert(1))], failures=[{"receiver": "a", "from": 0, "to": 5.2, "status": 503}])
    yield world("dropped", [push(3, alert(1)), push(7.5, alert(2))],
                failures=[{"receiver": "a", "from": 0, "to": 5.2, "status": 404}])
    yield world("failed until the flush's time is over", [push(3, alert(1))], seconds=25,
                failures=[{"receiver": "a", "from": 0, "to": 12, "timeout": True}])
    yield world("one integration fails", [push(3, alert(1)), push(5.5, alert(1, 3, 5.5)), push(9.5, alert(2))],
                configuration={"receivers": [{"name": "a", "webhook_configs": [webhook(), webhook()]}]},
                failures=[{"receiver": "a", "integration": 1, "from": 0, "to": 7, "status": 400}])
    yield world("resolved while the receiver fails", [push(3, alert(1)), push(5.4, alert(1, 3, 5.4))],
                failures=[{"receiver": "a", "from": 5, "to": 9.1, "status": 404}])
    yield world("reloaded", [push(3, alert(1)), push(5.6, alert(2))], reloads=[5.2])
    yield world("reloaded while a flush is under way", [push(3, alert(1))], reloads=[6],
                failures=[{"receiver": "a", "from": 0, "to": 5.5, "timeout": True}])
    yield world("start is delayed", [push(3, alert(1)), push(5.5, alert(2, g="x"))], versions=("0.33",),
                flags={"dispatch_start_delay": "6s"})
    yield world("log is collected", [push(3.5, alert(1)), push(6.2, alert(1, 3.5, 6.2)), push(15.3, alert(2))], seconds=24,
                configuration={"route": route(group_interval="5s", repeat_interval="1s")},
                flags={"data_maintenance_interval": "4s"})
    yield world("log is not collected yet", [push(3.5, alert(1)), push(6.2, alert(1, 3.5, 6.2)), push(15.3, alert(2))],
                configuration={"route": route(group_interval="5s", repeat_interval="1s")}, seconds=24)
    yield world("retention is shorter than repeats", [push(3, alert(1))], seconds=26,
                flags={"data_maintenance_interval": "3s", "data_retention": "4s"})
    yield world("grouped by all", [push(3, alert(1, x="p"), alert(2, x="q")), push(6.2, alert(1, 3, 6.2, x="p"))],
                configuration={"route": route(group_by=["..."])})
    yield world("continued", [push(3, alert(1, k="down", g="x"), alert(2, k="slow", g="x"))], configuration={
        "route": route(routes=[{"receiver": "b", "matchers": ['k="down"'], "continue": True, "group_wait": "2s"},
                               {"receiver": "a", "matchers": ['g="x"']}]),
        "receivers": [{"name": n, "webhook_configs": [webhook()]} for n in "ab"]})
    yield world("sorted", [push(3, alert(1, job="z"), alert(2, job="a", instance="2"), alert(3, job="a", instance="1"),
                                alert(4), alert(5, job="a", instance="1", more="m"))])
    yield world("merged", [push(3, alert(1, 2, 30)), push(5.5, alert(1, 2.5, 12.3)), push(8.5, alert(1, 8.5, 9.3))], seconds=24)
    yield world("ends before it comes", [push(3, alert(1, 1, 2)), push(6.4, alert(2, 1, 2)), push(8.7, alert(3))])
    yield world("muted by time", [push(3, alert(1, k="timed"), alert(2)), push(10.5, alert(3, k="timed"))],
                adapt=muted_for_a_minute("mute_time_intervals"), seconds=70, may_be_silent=True)
    yield world("active by time", [push(3, alert(1, k="timed"), alert(2)), push(10.5, alert(3, k="timed"))],
                adapt=muted_for_a_minute("active_time_intervals"), seconds=70, may_be_silent=True)


LABELS = {"g": ["x", "y"], "k": ["down", "slow"], "s": ["1", "2"], "t": ["p", "q"]}


def random_route(rng, depth=0):
    out = {"receiver": rng.choice("abc")}
    if depth > 0:
        name = rng.choice(list(LABELS))
        op = rng.choice(["=", "=", "!=", "=~"])
        value = rng.choice(LABELS[name])
        out["matchers"] = [f'{name}{op}"{value}"']
        if rng.random() < 0.3:
            out["continue"] = True
    if depth == 0 or rng.random() < 0.6:
        out["group_by"] = rng.choice([["g"], ["g", "k"], ["t"], ["...",], ["alertname"]])
    if depth == 0 or rng.random() < 0.5:
        out["group_wait"] = rng.choice(["1s", "2s", "3s"])
        out["group_interval"] = rng.choice(["1s", "2s", "3s"])
        out["repeat_interval"] = rng.choice(["3500ms", "4500ms", "6500ms", "1h"])
    if depth < 2:
        children = [random_route(rng, depth + 1) for _ in range(rng.choice([0, 1, 2, 3]))]
        if children:
            out["routes"] = children
    return out


def random_pushes(rng, seconds, only_old):
    alerts = [(i, {name: rng.choice(values) for name, values in LABELS.items() if rng.random() < 0.8})
              for i in range(rng.choice([3, 5, 8, 12]))]
    pushes = []
    for _ in range(rng.choice([10, 16, 24])):
        at = round(rng.uniform(FIRST, seconds - 4), 2)
        ends = lambda: rng.choice([None, at + rng.choice([2.4, 4.6, 7.3, 60]), 300])
        # One that flushes its group at once comes alone: whether others of its post get in would be a race.
        if only_old or rng.random() < 0.5:
            i, labels = rng.choice(alerts)
            starts = rng.choice([at - 60, at - 5])
            pushes.append(push(at, alert(i, starts, at if rng.random() < 0.6 else ends(), **labels)))
        else:
            some = rng.sample(alerts, rng.randint(1, min(4, len(alerts))))
            pushes.append(push(at, *(alert(i, rng.choice([None, at]), ends(), **labels) for i, labels in some)))
    return sorted(pushes, key=lambda p: p["at"])


def random_world(rng, number, seconds, version):
    receivers = []
    for name in "abc":
        count = rng.choice([1, 1, 2])
        receivers.append({"name": name, "webhook_configs": [webhook(send_resolved=rng.random() < 0.7) for _ in range(count)]})
    rules = [{"source_matchers": [f'{a}="{rng.choice(LABELS[a])}"'], "target_matchers": [f'{b}="{rng.choice(LABELS[b])}"'],
              "equal": rng.choice([[], ["g"], ["g", "t"]])}
             for a, b in [rng.sample(list(LABELS), 2) for _ in range(rng.choice([0, 0, 1, 2]))]]
    silences = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        begin = rng.uniform(FIRST, seconds - 6)
        name = rng.choice(list(LABELS))
        silences.append({"matchers": [f'{name}="{rng.choice(LABELS[name])}"'], "from": round(begin, 2),
                         "to": round(begin + rng.uniform(2, 12), 2)})
    failures = []
    if rng.random() < 0.25:
        begin = rng.uniform(FIRST, seconds - 8)
        failures.append({"receiver": rng.choice("abc"), "from": round(begin, 2), "to": round(begin + rng.uniform(1, 4), 2),
                         "status": rng.choice([404, 429, 400])})
    # Which alert makes a group at a reload is up to chance: then all of them have begun long ago.
    reloads = [round(rng.uniform(FIRST + 2, seconds - 5), 2)] if rng.random() < 0.2 else []
    # 0.25 starts its groups anew before it knows its inhibitions again.
    if reloads and version == "0.25":
        rules = []
    return world(f"random {number}", random_pushes(rng, seconds, bool(reloads)), seconds=seconds, silences=silences,
                 failures=failures, reloads=reloads,
                 configuration={"global": {"resolve_timeout": rng.choice(["4s", "5m"])}, "route": random_route(rng),
                                "receivers": receivers, "inhibit_rules": rules})
