// The tables of the topology's blocks: each decodes, documents and describes (JSON Schema) the block of the same name,
// and the function beside it builds the value from what was decoded. Blocks inside blocks, which a table cannot hold,
// are named in the comments.
#pragma once

#include <span>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// services.<name>; inside: memory, traffic, routes (list), dependencies (by name), livenessProbe, readinessProbe,
// startupProbe.
std::span<const FieldSpec> topology_fields();
std::span<const FieldSpec> service_fields();
ServiceSpec make_service(std::string name, const Fields& fields);

// external, where it is a mapping.
std::span<const FieldSpec> program_fields();
ProgramSpec make_program(const Fields& fields);

// strategy; inside: rollingUpdate, spelt as in Kubernetes.
std::span<const FieldSpec> strategy_fields();
std::span<const FieldSpec> rolling_update_fields();
StrategySpec make_strategy(const Fields& fields);
void take_rolling_update(const Fields& fields, StrategySpec& strategy);

// lifecycle; inside: preStop, and in that exactly one of sleep and exec. tolerations (list).
std::span<const FieldSpec> sleep_fields();
std::span<const FieldSpec> toleration_fields();
TolerationSpec make_toleration(const Fields& fields);

// resources; inside: requests and limits, both of the same fields.
std::span<const FieldSpec> resource_fields();
std::span<const FieldSpec> resource_claim_fields();
ResourceList make_resources(const Fields& fields);

std::span<const FieldSpec> memory_fields();
MemorySpec make_memory(const Fields& fields);

// traffic; inside: daily, weekly, noise.
std::span<const FieldSpec> disk_fields();
std::span<const FieldSpec> certificate_fields();
std::span<const FieldSpec> consumer_fields();
std::span<const FieldSpec> traffic_fields();
DiskSpec make_disk(const Fields& fields);
CertificateSpec make_certificate(const Fields& fields);
ConsumerSpec make_consumer(const Fields& fields);
TrafficSpec make_traffic(const Fields& fields);
std::span<const FieldSpec> daily_fields();
TrafficSpec::Daily make_daily(const Fields& fields);
std::span<const FieldSpec> weekly_fields();
TrafficSpec::Weekly make_weekly(const Fields& fields);
std::span<const FieldSpec> noise_fields();
TrafficSpec::Noise make_noise(const Fields& fields);

// routes[i]; inside: calls (list).
std::span<const FieldSpec> route_fields();
RouteSpec make_route(const Fields& fields);
std::span<const FieldSpec> call_fields();
CallSpec make_call(const Fields& fields);

// dependencies.<name>; inside: pool, retries, circuit_breaker, cache.
std::span<const FieldSpec> dependency_fields();
DependencySpec make_dependency(std::string name, const Fields& fields);
std::span<const FieldSpec> pool_fields();
DependencySpec::Pool make_pool(const Fields& fields);
std::span<const FieldSpec> retries_fields();
DependencySpec::Retries make_retries(const Fields& fields);
std::span<const FieldSpec> circuit_breaker_fields();
DependencySpec::CircuitBreaker make_circuit_breaker(const Fields& fields);
std::span<const FieldSpec> cache_fields();
DependencySpec::Cache make_cache(const Fields& fields);

// livenessProbe and its kin, spelt as in Kubernetes; inside, exactly one of: httpGet (inside it httpHeaders, a list of
// {name, value}), tcpSocket, grpc, exec.
std::span<const FieldSpec> probe_fields();
ProbeSpec make_probe(const Fields& fields);
std::span<const FieldSpec> http_get_fields();
ProbeSpec::HttpGet make_http_get(const Fields& fields);
std::span<const FieldSpec> http_header_fields();  // name and value of one header
std::span<const FieldSpec> tcp_socket_fields();
ProbeSpec::TcpSocket make_tcp_socket(const Fields& fields);
std::span<const FieldSpec> grpc_fields();
ProbeSpec::Grpc make_grpc(const Fields& fields);
std::span<const FieldSpec> exec_fields();
ProbeSpec::Exec make_exec(const Fields& fields);

}  // namespace firedrill::fake_services
