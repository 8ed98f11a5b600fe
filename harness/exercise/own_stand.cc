// The production that is exercised where the user gives none.
#include "exercise/drill.h"

namespace firedrill::exercise {
namespace {

constexpr std::string_view kText =
    R"(# A small shop that has one of each: what people come for, a worker with a queue, a database, a cache, a third party.
services:
  web:
    port: 8080
    replicas: 2
    zones: [a, b]
    concurrency: 32
    queue: 64
    latency: {distribution: lognormal, p50: 4ms, p99: 25ms}
    background_errors: 0.02%
    cpu_per_request: 2ms
    cpu_limit: 1
    memory: {baseline: 180Mi, per_request: 256Ki, limit: 512Mi}
    certificate: {expires_in: 90d}
    traffic: {requests_per_second: 20, timeout: 10s}
    routes:
      - {method: GET, path: /, share: 80%, calls: [{dependency: checkout, path: /orders}]}
      - {method: POST, path: /mails, share: 20%, calls: [{dependency: mailer, path: /}]}
    dependencies:
      checkout: {pool: {size: 16, acquire_timeout: 1s}, request_timeout: 5s}
      mailer: {request_timeout: 1s}
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, initialDelaySeconds: 10, periodSeconds: 10}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 5}
  checkout:
    port: 8080
    replicas: 2
    zones: [a, b]
    concurrency: 32
    queue: 64
    latency: {distribution: lognormal, p50: 8ms, p99: 45ms}
    background_errors: 0.02%
    cpu_per_request: 6ms
    cpu_limit: 1
    memory: {baseline: 220Mi, per_request: 512Ki, limit: 768Mi}
    routes:
      - method: POST
        path: /orders
        calls:
          - {dependency: redis, path: GET}
          - {dependency: postgres, path: query, times: 2}
          - {dependency: payments, path: /v1/charges}
    dependencies:
      postgres:
        pool: {size: 12, acquire_timeout: 1s}
        request_timeout: 2s
        cache: {hit_ratio: 80%}
      redis: {pool: {size: 8, acquire_timeout: 200ms}, request_timeout: 250ms, critical: false}
      payments: {pool: {size: 16, acquire_timeout: 1s}, request_timeout: 3s}
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, initialDelaySeconds: 10, periodSeconds: 10}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 5}
    startupProbe: {httpGet: {path: /health/startup, port: 8080}, failureThreshold: 30}
  mailer:
    port: 8080
    replicas: 1
    zones: [b]
    concurrency: 16
    queue: 32
    latency: {distribution: lognormal, p50: 10ms, p99: 60ms}
    memory: {baseline: 120Mi, per_request: 256Ki, limit: 512Mi}
    consumer: {}
    routes:
      - {method: POST, path: /}
  postgres:
    port: 5432
    replicas: 1
    zones: [a]
    concurrency: 24
    queue: 48
    latency: {distribution: lognormal, p50: 2ms, p99: 18ms}
    cpu_per_request: 1ms
    cpu_limit: 2
    memory: {baseline: 2Gi, per_request: 4Mi, limit: 8Gi}
    disk: {size: 50Gi, used: 40%}
    routes:
      - {method: SQL, path: query}
  redis:
    port: 6379
    replicas: 1
    zones: [b]
    concurrency: 32
    queue: 64
    latency: {distribution: lognormal, p50: 1ms, p99: 4ms}
    cpu_per_request: 1ms
    cpu_limit: 1
    memory: {baseline: 512Mi, per_request: 16Ki, limit: 2Gi}
    routes:
      - {method: RESP, path: GET}
  payments:
    external: true
    port: 443
    concurrency: 512
    queue: 512
    latency: {distribution: lognormal, p50: 55ms, p99: 140ms}
    routes:
      - {method: POST, path: /v1/charges}
)";

}  // namespace

SourcePtr own_stand() {
  return make_source("topology.yaml", std::string(kText));
}

}  // namespace firedrill::exercise
