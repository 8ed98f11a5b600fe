"""The rules that Sloth generates for one SLO of 99.9 % over thirty days, in its style, and a unit test for them: error
ratios over seven windows, four recordings about the objective, a page and a ticket. With the error ratio of the whole
period, from which the rest of the budget follows, promtool can no longer test them."""

WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]
IDENTITY = {"sloth_id": "shop-requests", "sloth_service": "shop", "sloth_slo": "requests"}
SELECTOR = "{" + ", ".join(f'{name}="{value}"' for name, value in IDENTITY.items()) + "}"
BUDGET = "0.0009999999999999432"  # 1 - 0.999
# Severity: short and long window and burn rate of the fast and of the slow condition.
ALERTS = {"page": (("5m", "1h", 14.4), ("30m", "6h", 6)), "ticket": (("2h", "1d", 3), ("6h", "3d", 1))}


def labels(**more):
    return "{" + ", ".join(f"{name}: {value}" for name, value in {**IDENTITY, **more}.items()) + "}"


def record(name, expression, **more):
    return [f"  - record: {name}", "    expr: |", f"      {expression}", f"    labels: {labels(**more)}"]


def error_ratio(window):
    return (f'(sum(rate(http_requests_total{{job="shop",code=~"(5..|429)"}}[{window}])))\n      /\n'
            f'      (sum(rate(http_requests_total{{job="shop"}}[{window}])))')


def alert(severity, conditions):
    parts = []
    for short, long, rate in conditions:
        over = [f"max(slo:sli_error:ratio_rate{w}{SELECTOR} > ({rate} * {BUDGET})) without (sloth_window)" for w in (short, long)]
        parts.append(f"      ({over[0]}\n      and\n      {over[1]})")
    return [f"  - alert: ShopRequests{severity.title()}", "    expr: |", "\n      or\n".join(parts),
            f"    labels: {{sloth_severity: {severity}}}",
            "    annotations:", "      summary: 'the error budget of {{$labels.sloth_slo}} burns too fast'"]


def rules(period):
    lines = ["groups:", "- name: sloth-slo-sli-recordings-shop-requests", "  rules:"]
    for window in WINDOWS:
        lines += record(f"slo:sli_error:ratio_rate{window}", error_ratio(window), sloth_window=window)
    if period:
        lines += record("slo:sli_error:ratio_rate30d",
                        f"sum_over_time(slo:sli_error:ratio_rate5m{SELECTOR}[30d])\n      / ignoring (sloth_window)\n"
                        f"      count_over_time(slo:sli_error:ratio_rate5m{SELECTOR}[30d])", sloth_window="30d")
    lines += ["- name: sloth-slo-meta-recordings-shop-requests", "  rules:"]
    lines += record("slo:objective:ratio", "vector(0.9990000000000001)")
    lines += record("slo:error_budget:ratio", "vector(1-0.9990000000000001)")
    lines += record("slo:time_period:days", "vector(30)")
    lines += record("slo:current_burn_rate:ratio",
                    f"slo:sli_error:ratio_rate5m{SELECTOR}\n      / on(sloth_id, sloth_slo, sloth_service) group_left\n"
                    f"      slo:error_budget:ratio{SELECTOR}")
    lines += ["- name: sloth-slo-alerts-shop-requests", "  rules:"]
    for severity, conditions in ALERTS.items():
        lines += alert(severity, conditions)
    return "\n".join(lines) + "\n"


def test(rule_file, days, wrong=False):
    """Half the time 0.03 % of requests fail, then some three percent."""
    count = days * 1440
    severity = "ticket" if wrong else "page"
    lines = [f"rule_files: [{rule_file}]", "evaluation_interval: 1m", "tests:", "- interval: 1m", "  input_series:"]
    for code, values in (("200", f"0+6000x{count}"), ("404", f"0+20x{count}"), ("429", f"0+1x{count}"),
                         ("500", f"0+1x{count // 2} {count // 2 + 1}+200x{count - count // 2 - 2}")):
        lines += [f"  - series: 'http_requests_total{{job=\"shop\", code=\"{code}\"}}'", f"    values: '{values}'"]
    lines += ["  alert_rule_test:", f"  - eval_time: {days}d", "    alertname: ShopRequestsPage", "    exp_alerts:",
              f"    - exp_labels: {labels(sloth_severity=severity)}",
              "      exp_annotations: {summary: the error budget of requests burns too fast}",
              "  promql_expr_test:", "  - expr: count(slo:sli_error:ratio_rate3d)", f"    eval_time: {days}d",
              "    exp_samples: [{labels: '{}', value: 1}]"]
    return "\n".join(lines) + "\n"
