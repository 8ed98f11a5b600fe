"""The scenarios of parity.py: one topology under one set of rules, and what goes wrong in it. Times are an incident's."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import drill  # noqa: E402

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 5s
    concurrency: 128
    queue: 128
    latency: {distribution: lognormal, p50: 30ms, p99: 90ms}
    cpu_per_request: 0s
    background_errors: 0%
    traffic: {requests_per_second: 120, timeout: 1s, noise: {deviation: 0%, correlation: 1m}}
    dependencies:
      db: {pool: {size: 48, acquire_timeout: 200ms}, request_timeout: 500ms, connect_timeout: 200ms}
      search: {pool: {size: 16, acquire_timeout: 200ms}, request_timeout: 500ms, connect_timeout: 200ms, critical: false}
    routes:
      - {method: GET, path: /, share: 70%, calls: [{dependency: db, path: query}]}
      - {method: GET, path: /search, share: 30%, calls: [{dependency: search, path: /}]}
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, periodSeconds: 10, failureThreshold: 3}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 10, failureThreshold: 2}
    readiness_checks: [db]
  db:
    startup: 5s
    concurrency: 128
    queue: 128
    latency: {distribution: lognormal, p50: 20ms, p99: 60ms}
    cpu_per_request: 0s
    routes: [{method: SQL, path: query}]
    livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 10, failureThreshold: 3}
  search:
    replicas: 2
    startup: 5s
    latency: {distribution: lognormal, p50: 15ms, p99: 50ms}
    cpu_per_request: 0s
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, periodSeconds: 10, failureThreshold: 3}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 10, failureThreshold: 2}
"""

RULES = """
groups:
  - name: parity
    rules:
      - alert: WebErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[1m]))
            / sum by (service) (rate(http_requests_total{service="web"}[1m])) > 0.1
        for: 20s
        labels: {severity: critical}
      - alert: WebSlow
        expr: |
          histogram_quantile(0.95,
            sum by (service, le) (rate(http_request_duration_seconds_bucket{service="web"}[1m]))) > 0.2
        for: 20s
        labels: {severity: warning}
      - alert: DatabaseSlow
        expr: |
          histogram_quantile(0.5,
            sum by (service, le) (rate(http_request_duration_seconds_bucket{service="db"}[1m]))) > 0.2
        for: 20s
        labels: {severity: warning}
      - alert: CallsFail
        expr: |
          sum by (service, dependency) (rate(dependency_requests_total{outcome!="success"}[1m]))
            / sum by (service, dependency) (rate(dependency_requests_total[1m])) > 0.1
        for: 20s
        labels: {severity: warning}
      - {alert: Down, expr: up == 0, for: 10s, labels: {severity: warning}}
      - alert: Restarts
        expr: changes(process_start_time_seconds[3m]) > 1
        labels: {severity: warning}
      - alert: PoolFull
        expr: min_over_time(connection_pool_in_use[40s]) >= connection_pool_max
        for: 10s
        labels: {severity: warning}
"""

SCENARIO = """
version: 1
name: NAME
start: 2026-03-02T09:00:00Z
warmup: WARMUP
duration: DURATION
topology: topology.yaml
prometheus: {scrape_interval: INTERVAL, scrape_timeout: TIMEOUT, evaluation_interval: INTERVAL, rule_files: [rules.yaml]}
FAULTS
expectations:
  - {id: any, kind: alert_not_firing, alert: PoolFull}
"""

# By name: the faults, when the first of them begins (seconds; nothing if there is none), how long the run is, and the
# highest speed that probes (10 s apart, answered within 1 s) and windows allow.
WORLDS = {
    "database-refuses": {
        "faults": "  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 3m, duration: 3m}",
        "begins": 180, "lasts": 540, "speed": 10, "alerts": {"WebErrors", "CallsFail"}},
    "search-loops": {
        "faults": "  - {id: loop, kind: crash_loop, target: {service: search, mode: one}, at: 3m, duration: 4m, after: 40s}",
        "begins": 180, "lasts": 600, "speed": 10, "alerts": {"Restarts", "Down"}},
    "database-slow": {
        "faults": "  - {id: late, kind: latency, target: {service: db}, at: 3m, duration: 3m, distribution: lognormal, p50: 300ms, p99: 400ms}",
        "begins": 180, "lasts": 540, "speed": 10, "alerts": {"WebSlow", "DatabaseSlow"}},
    "pool-leaks": {
        "faults": "  - {id: leak, kind: pool_exhaustion, target: {service: web, dependency: db}, at: 3m, duration: 3m}",
        "begins": 180, "lasts": 540, "speed": 10, "alerts": {"PoolFull", "WebErrors"}},
    "closes-late": {
        "faults": "  - {id: late, kind: slow_close, target: {service: web, dependency: search}, at: 3m, duration: 3m, delay: 2s}",
        "begins": 180, "lasts": 540, "speed": 10, "alerts": {"PoolFull", "CallsFail"}},
    "nothing": {"faults": "", "begins": None, "lasts": 420, "speed": 10, "alerts": set()},
    # Short ones: in the time of the wall, and one for each run of the tests.
    "short-resets": {
        "faults": "  - {id: reset, kind: reset, target: {service: web, dependency: db}, at: 90s, duration: 2m}",
        "begins": 90, "lasts": 270, "warmup": 60, "speed": 10, "alerts": {"WebErrors", "CallsFail"}},
    "short-real-time": {
        "faults": "  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 10s, duration: 12s}",
        "begins": 10, "lasts": 30, "warmup": 10, "speed": 1, "interval": 1, "alerts": {"WebErrors", "CallsFail"},
        # Windows, holds and probes of minutes would see nothing of it.
        "shorter": [("[1m]", "[6s]"), ("for: 20s", "for: 2s"), ("for: 10s", "for: 2s"), ("[40s]", "[4s]"),
                    ("[3m]", "[15s]"), ("periodSeconds: 10", "periodSeconds: 1"), ("startup: 5s", "startup: 500ms")]},
}
LONG = [name for name in WORLDS if not name.startswith("short-")]


def write(folder, name):
    world = WORLDS[name]
    topology, rules = TOPOLOGY, RULES
    for old, new in world.get("shorter", []):
        topology, rules = topology.replace(old, new), rules.replace(old, new)
    interval = world.get("interval", 10)
    scenario = drill.filled(SCENARIO, name=name, warmup=f"{world.get('warmup', 120)}s", duration=f"{world['lasts']}s",
                            interval=f"{interval}s", timeout=f"{min(interval, 5)}s",
                            faults=f"faults:\n{world['faults']}" if world["faults"] else "faults: []")
    drill.write(folder, topology=topology, rules=rules, scenario=scenario)
