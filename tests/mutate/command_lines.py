"""Command lines, sound and odd, and circumstances that are none of a file's doing."""

import words

OUTS = ["drill", "drill", "drill/", "./drill", "a/b/c", "record", "shop", ".", "..", "", "outward", "loop", "pipe",
        "@FOREIGN@", "@FOREIGN@/inputs", "/dev/null", "/dev/full", "/proc/x", "shop/scenario.yaml", "shop/scenario.yaml/x", "x" * 300,
        "\udcff", "a\nb", "\x1b[31m", "::error::x", "-", "--", "drill\n::error::x"]
FILES = ["new.txt", "new.txt", "a/new.txt", "shop/scenario.yaml", "outward.yml", "pipe", "loop", ".", "", "/dev/null",
         "/dev/stdout", "/dev/full", "@FOREIGN@/settings.yml", "\udcff", "a\nb", "-", "record/record.json"]


def maybe(rng, share, *options):
    return list(options) if rng.random() < share else []


def run_options(rng):
    return (maybe(rng, 0.2, "--json") + maybe(rng, 0.2, "--seed", rng.choice(["0", "2", "7", "18446744073709551615"])) +
            maybe(rng, 0.2, "--keep", "all") + maybe(rng, 0.2, "--scrape-phase", rng.choice(["aligned", "spread"])) +
            maybe(rng, 0.2, "--promql-version", "2"))


def test_options(rng):
    return (maybe(rng, 0.2, "--json") + maybe(rng, 0.15, "--coverage") + maybe(rng, 0.1, "--min-coverage", "80") +
            maybe(rng, 0.15, "--debug") + maybe(rng, 0.1, "--diff") + maybe(rng, 0.15, "--junit", "results.xml") +
            maybe(rng, 0.1, "--honour-group-interval") + maybe(rng, 0.1, "--ignore-unknown-fields") +
            maybe(rng, 0.2, "--promql-version", "2"))


def check_options(rng):
    return maybe(rng, 0.1, "--strict") + maybe(rng, 0.1, "--ignore-unknown-fields") + maybe(rng, 0.2, "--promql-version", "2")


def slo_options(rng):
    return (maybe(rng, 0.2, "--out", "rules.yaml") + maybe(rng, 0.2, "--bounds", rng.choice(["0.1,0.25,1", "1,0.5", "0", "NaN", "1e308"])) +
            maybe(rng, 0.2, "--requests", rng.choice(words.PROMQL)) + maybe(rng, 0.2, "--errors", rng.choice(words.PROMQL)) +
            maybe(rng, 0.3, "--style", "sloth") + maybe(rng, 0.3, "--rate", rng.choice(["0.5/s", "3/h", "1e300/s", "0", "x/y"])) +
            maybe(rng, 0.2, "--min-failures", rng.choice(["5", "1000000", "-1"])) + maybe(rng, 0.2, "--latency", rng.choice(words.PROMQL)) + maybe(rng, 0.2, "--page", rng.choice(words.ESCAPES)) +
            maybe(rng, 0.2, "--service-label", rng.choice(words.NAMES)) + maybe(rng, 0.2, "--runbooks", rng.choice(words.ESCAPES)))


def query_options(rng, expression):
    when = rng.random()
    times = words.TIMES if rng.random() < 0.3 else words.GOOD_TIMES
    options = ["--" + expression] if rng.random() < 0.01 else [expression]
    if when < 0.35:
        options += ["--at=" + rng.choice(times)]
    elif when < 0.6:
        options += ["--range", rng.choice(times), rng.choice(times), rng.choice(words.STEPS)]
    elif when < 0.75:
        options += ["--range", "start", "end", rng.choice(words.STEPS)]
    return (options + maybe(rng, 0.3, "--json") + maybe(rng, 0.2, "--promql-version", rng.choice("23")) +
            maybe(rng, 0.2, "--enable-feature", "promql-experimental-functions"))


def oncall_options(rng):
    when = rng.choice([[], ["--at", rng.choice(["2026-03-29T01:30:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", rng.choice(words.TIMES)])],
                       ["--month", rng.choice(["2026-03", "0001-01", "9999-12", rng.choice(words.TIMES)])]])
    return when + maybe(rng, 0.3, rng.choice(["--json", "--ical"]))


def of_record(rng, case, expression):
    """A command that reads the folder `record`."""
    place = rng.choice(["record", "record", "record/record.json", "record/"])
    form = rng.choice(["html", "markdown", "json", "junit", "postmortem"])
    case.command = rng.choice([
        lambda: ["report", place, "--format", form], lambda: ["report", place, "--format", form, "--out", "new.txt"],
        lambda: ["query", place] + query_options(rng, rng.choice([expression, "up", "{__name__=~\".+\"}"])),
        lambda: ["export", place, "promtool-test"], lambda: ["export", place, "openmetrics"],
        lambda: ["export", place, "promtool-test", "--out", rng.choice(FILES)]])()


def basic(rng, expression):
    return rng.choice([
        lambda: ["run", "shop", "--out", rng.choice(OUTS)], lambda: ["run", "shop"] + run_options(rng), lambda: ["check", "shop"],
        lambda: ["test", "rules", "shop/test.yaml"] + test_options(rng), lambda: ["test", "promql", "script.test"],
        lambda: ["query", "record"] + query_options(rng, expression), lambda: ["report", "record", "--format", "markdown"],
        lambda: ["report", "record", "--format", "html", "--out", rng.choice(FILES)],
        lambda: ["export", "record", "openmetrics", "--out", rng.choice(FILES)], lambda: ["list", rng.choice(["faults", "lints", "scenarios"])],
        lambda: ["list", "scenarios", "--in", rng.choice(words.PATHS)], lambda: ["slo", "rules", "shop/slos.yaml"] + slo_options(rng),
        lambda: ["slo", "rules", "shop/slos.yaml", "--out", rng.choice(FILES)], lambda: ["schema", "scenario"],
        lambda: ["test", "rules", "shop/test.yaml", "--junit", rng.choice(FILES)], lambda: ["check"] + rng.sample(words.PATHS, 3)])()


def odd(rng, case, expression):
    """A command line of which something is not as it should be."""
    line = basic(rng, expression)
    odd_words = words.ESCAPES + words.NAMES + words.NUMBERS + words.PATHS + words.TIMES
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = rng.randrange(1, len(line) + 1)
        what = rng.randrange(9)
        if what == 0 and len(line) > 1:
            del line[rng.randrange(len(line))]
        elif what == 1:
            line.insert(at, line[rng.randrange(len(line))])
        elif what == 2:
            line[rng.randrange(len(line))] = rng.choice(odd_words)
        elif what == 3:
            line[rng.randrange(len(line))] = rng.choice(["x", "é", "\udcff", "9", "-"]) * rng.choice([1000, 50_000])
        elif what == 4:
            line.insert(at, rng.choice(["--json", "--help", "--version", "-h", "--", "-", "--nonsense", "--out", "--seed", "-v", "--out="]))
        elif what == 5:
            line.insert(at, rng.choice(["--out", "--seed", "--at", "--promql-version", "--jobs", "--run", "--min-coverage", "--format",
                                        "--keep", "--disable", "--bounds", "--enable-feature", "--in", "--junit"]))
            line.insert(at + 1, rng.choice(odd_words))
        elif what == 6:
            i = rng.randrange(len(line))
            line[i] = line[i][:rng.randrange(len(line[i]) + 1)] + rng.choice(words.ESCAPES) + line[i][rng.randrange(len(line[i]) + 1):]
        elif what == 7:
            rng.shuffle(line)
        else:
            line[rng.randrange(len(line))] = rng.choice(["", "=", "@x", "'", "$(id)"])
    case.command = [w.replace("\0", "") for w in line]


def add_budget(case):
    """What CI is told to give: a bound on time and on memory, below those of the case itself."""
    if case.command and case.command[0] in ("run", "test", "check", "query", "report", "export") and "--timeout" not in case.command:
        case.command += ["--timeout", "5s", "--max-memory", "512MiB"]


LOCALES = ["C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ja_JP.SJIS", "nonsense", "", "x" * 5000, "\udcff"]
CIRCUMSTANCES = ["stdin-closed", "stdout-closed", "stderr-closed", "stdout-full", "stdout-gone", "few-files", "small-files", "cwd-removed",
                 "no-rights"]


def disturb(rng, case):
    what = rng.randrange(8)
    if what == 0:
        case.environment["HOME"] = rng.choice([None, "", "/none", "/dev/null", "x" * 5000])
    elif what == 1:
        case.environment[rng.choice(["LANG", "LC_ALL", "LC_NUMERIC", "LC_CTYPE", "LANGUAGE"])] = rng.choice(LOCALES)
    elif what == 2:
        case.environment["TMPDIR"] = rng.choice(["", "/none", "/dev/null", "/proc"])
    elif what == 3:
        case.environment.update(rng.choice([{"PATH": None}, {"TZ": "Nowhere/None"}, {"TZ": ":/etc/passwd"}, {"NO_COLOR": "1"},
                                            {"TERM": "dumb", "COLUMNS": "-1"}, {"COLUMNS": "99999999"}, {"CI": "true", "GITHUB_ACTIONS": "true"}]))
    elif what < 7:
        circumstance = rng.choice(CIRCUMSTANCES)
        if circumstance not in case.circumstances:
            case.circumstances.append(circumstance)
    else:
        case.cwd = "drill-from-here"
        case.files["drill-from-here/x"] = b""
        case.command = [("../" + w if w in case.files or any(p.startswith(w + "/") for p in case.files if w) else w) for w in case.command]
