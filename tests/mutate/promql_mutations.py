"""Mutations of PromQL by tokens, so that most of what comes out still parses."""

import re

import words

TOKEN = re.compile(r"\s+|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|\[[^\]]*\]|[A-Za-z_:][\w:.]*|\d[\w.]*|[=!<>]=|=~|!~|.", re.S)
OPERATORS = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "> bool", "== bool", "and", "or", "unless", "atan2",
             "and on (job)", "or ignoring (instance)", "* on (instance) group_left", "/ on () group_right (job)", "=~", "=", ","]
AGGREGATIONS = ["sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile",
                "limitk", "limit_ratio"]
RANGES = ["[5m]", "[1m]", "[1ms]", "[1h]", "[0s]", "[1y]", "[292y]", "[5m:]", "[5m:30s]", "[1h:1s]", "[1h:1ms]", "[5m:0s]", "[]",
          "[5]", "[-5m]", "[1d:1ms]"]
MODIFIERS = [" offset 5m", " offset -5m", " offset 1y", " offset -292y", " offset 0s", " @ 0", " @ start()", " @ end()", " @ 1e12",
             " @ -1e18", " @ NaN", " @ 1772544600"]


def tokens(text):
    return TOKEN.findall(text)


def like(rng, token, functions):
    """Another token of the same kind."""
    if token[0] in "\"'`":
        return rng.choice(['""', '"x"', '"$1"', '".*"', '"("', '"5.."', '"\\xff"', '"\\u202e"', '"__name__"', "'\\''", '"le"', '"a.b"'])
    if token[0] == "[":
        return rng.choice(RANGES)
    if token[0].isdigit():
        return rng.choice(words.NUMBERS + words.DURATIONS)
    if token[0].isalpha():
        return rng.choice(functions + AGGREGATIONS + ["by", "without", "on", "ignoring", "offset", "bool", "up", "job", "instance",
                                                      "http_requests_total", "le", "nan", "inf"])
    return rng.choice(OPERATORS)


def whole(rng, text, functions):
    """The expression as a part of another one."""
    number = rng.choice(words.NUMBERS)
    return rng.choice([
        lambda: f"({text})", lambda: f"-{text}", lambda: f"{rng.choice(functions)}({text})",
        lambda: f"{rng.choice(functions)}({text}{rng.choice(RANGES)})", lambda: f"{rng.choice(functions)}({number}, {text})",
        lambda: f"{rng.choice(functions)}({text}, {number}, {number})",
        lambda: f"{rng.choice(AGGREGATIONS)} by (job) ({text})", lambda: f"{rng.choice(AGGREGATIONS)}({number}, {text})",
        lambda: f"{text} {rng.choice(OPERATORS)} {rng.choice(words.PROMQL)}", lambda: f"{text}{rng.choice(RANGES)}",
        lambda: f"{text}{rng.choice(MODIFIERS)}", lambda: f"({text}){rng.choice(RANGES)}", lambda: f"({text}) {rng.choice(OPERATORS)} ({text})",
        lambda: "(" * 200 + text + ")" * 200, lambda: " + ".join([text] * 20),
        lambda: f"label_replace({text}, \"job\", \"$1-\\xff\", \"instance\", \"(.*):.*\")"])()


def mutate(rng, text, functions, donors):
    for _ in range(rng.choice([1, 1, 2, 3])):
        parts = tokens(text)
        if not parts or rng.random() < 0.35:
            text = whole(rng, text, functions)
            continue
        at = rng.randrange(len(parts))
        what = rng.randrange(6)
        if what == 0:
            del parts[at]
        elif what == 1:
            parts.insert(at, parts[rng.randrange(len(parts))])
        elif what == 2:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        elif what == 3:
            donor = tokens(rng.choice(donors)) or [" "]
            begin = rng.randrange(len(donor))
            parts[at:at + 1] = donor[begin:begin + rng.randrange(1, 6)]
        else:
            parts[at] = parts[at] if parts[at].isspace() else like(rng, parts[at], functions)
        text = "".join(parts)
    return text[:20000]
