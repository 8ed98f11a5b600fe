"""A production of many services as a promtool unit test: sixteen series of each service, four of requests by code and
twelve buckets of latency. The first service burns its error budget."""

BOUNDS = ["0.05", "0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "5", "+Inf"]

RULES = """groups:
- name: services
  rules:
  - record: service:errors:ratio
    expr: sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m]))
  - alert: BurnRate
    expr: |
      sum by (service) (rate(http_requests_total{code=~"5.."}[1h])) / sum by (service) (rate(http_requests_total[1h])) > 0.0144
      and
      sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.0144
    for: 2m
    labels: {severity: page}
  - record: service:latency:p95
    expr: histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))
"""


def test(rule_file, services, hours, wrong=False):
    count = hours * 240
    lines = [f"rule_files: [{rule_file}]", "evaluation_interval: 1m", "tests:", "- interval: 15s", "  input_series:"]
    for s in range(services):
        name = f"service-{s:03}"
        for code, rate in (("200", 1000 + s), ("404", 5), ("500", 100 if s == 0 else 1), ("503", 0)):
            lines += [f"  - series: 'http_requests_total{{service=\"{name}\", code=\"{code}\"}}'",
                      f"    values: '0+{rate}x{count}'"]
        for i, le in enumerate(BOUNDS):
            lines += [f"  - series: 'http_request_duration_seconds_bucket{{service=\"{name}\", le=\"{le}\"}}'",
                      f"    values: '0+{(i + 1) * 80 + s}x{count}'"]
    expected = f"{{severity: page, service: service-{'001' if wrong else '000'}}}"
    lines += ["  alert_rule_test:",
              f"  - {{alertname: BurnRate, eval_time: {hours}h, exp_alerts: [{{exp_labels: {expected}}}]}}",
              "  promql_expr_test:",
              f"  - {{expr: 'count(service:latency:p95)', eval_time: {hours}h, exp_samples: [{{labels: '{{}}', value: {services}}}]}}"]
    return "\n".join(lines) + "\n"
