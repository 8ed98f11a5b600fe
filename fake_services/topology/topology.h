// What a simulated production consists of: services, their replicas, the routes they serve, the calls that a request
// makes, and the traffic that comes in. Value types; a file is decoded into them with the tables of topology_fields.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/time.h"

namespace firedrill::fake_services {

struct ProbeHttpGet {
  std::string path = "/";
  std::string port;             // a number, or a container port's name
  std::string scheme = "HTTP";  // HTTP | HTTPS
  std::string host;             // empty: the pod's address, the only one that is simulated
  std::map<std::string, std::string> headers;
};
struct ProbeTcpSocket {
  std::string port;
  std::string host;
};
struct ProbeGrpc {
  std::int64_t port = 0;
  std::string service;
};
struct ProbeExec {
  std::vector<std::string> command;
};

// A health check in the terms of a Kubernetes pod specification (core/v1 Probe); exactly one handler is set.
struct ProbeSpec {
  using HttpGet = ProbeHttpGet;
  using TcpSocket = ProbeTcpSocket;
  using Grpc = ProbeGrpc;
  using Exec = ProbeExec;
  std::optional<HttpGet> http_get;
  std::optional<TcpSocket> tcp_socket;
  std::optional<Grpc> grpc;
  std::optional<Exec> exec;
  std::int64_t initial_delay_seconds = 0;
  std::int64_t timeout_seconds = 1;
  std::int64_t period_seconds = 10;
  std::int64_t success_threshold = 1;
  std::int64_t failure_threshold = 3;
  std::optional<std::int64_t> termination_grace_period_seconds;
};

// What the kubelet does before it tells a container to end (core/v1 Lifecycle, preStop); exactly one handler is set.
struct PreStopSpec {
  std::optional<std::int64_t> sleep_seconds = {};
  std::optional<ProbeExec> exec = {};
};
struct LifecycleSpec {
  std::optional<PreStopSpec> pre_stop;
};

// A taint that a pod puts up with (core/v1 Toleration).
struct TolerationSpec {
  std::string key = {};  // empty: any, if the operator is Exists
  bool exists = false;   // else the value must be that of the taint
  std::string value = {};
  std::string effect = {};                   // empty: any
  std::optional<std::int64_t> seconds = {};  // of NoExecute: for so long; nothing: for ever
};

// A call that a request makes to a dependency of its service.
struct CallSpec {
  std::string dependency;
  std::string path;  // the route of the dependency that is called; empty: its routes in proportion to their shares
  double probability = 1;  // share of requests that make the call
  double times = 1;        // calls made one after the other
  std::string group;       // calls next to each other with the same group run at the same time; empty: alone
};

enum class CallOrder { sequential, parallel };

struct RouteSpec {
  std::string method = "GET";
  std::string path = "/";
  std::optional<double> share;              // of the service's requests; what is left over is split evenly
  std::optional<DistributionSpec> latency;  // own time; the service's if absent
  CallOrder order = CallOrder::sequential;  // parallel: all calls at the same time
  std::vector<CallSpec> calls;
};

struct TrafficDaily {
  double amplitude = 0;   // 0.5: half as much again at the peak, half at the trough
  double peak_hour = 14;  // UTC
};
struct TrafficWeekly {
  double factors[7] = {1, 1, 1, 1, 1, 1, 1};  // Monday first
};
struct TrafficNoise {
  double deviation = 0;                            // relative standard deviation of the slow fluctuation of the rate
  Duration correlation = std::chrono::minutes(5);  // over which it forgets itself (1/e)
};

// Requests from outside: an entry point of the system.
struct TrafficSpec {
  double requests_per_second = 0;  // mean over a week with all factors at 1
  using Daily = TrafficDaily;
  using Weekly = TrafficWeekly;
  using Noise = TrafficNoise;
  Daily daily;
  Weekly weekly;
  Noise noise;
  std::int64_t users = 10000;                          // distinct users who share the requests evenly
  Duration timeout = std::chrono::seconds(30);         // after which a client gives up
  Duration check_interval = std::chrono::seconds(10);  // of the checks made from outside, at each location
  std::int64_t check_locations = 50;                   // from which they are made
};

struct DependencyPool {
  std::int64_t size = 16;                              // connections
  Duration acquire_timeout = std::chrono::seconds(1);  // how long a request waits for one
};
// Where an attempt after a failed one goes: wherever the balancing sends it; to a replica that the call has not tried
// yet, as long as there is one; to the replica that failed it, as long as that is sent requests.
enum class RetryTo { any, another, same };

struct DependencyRetries {
  std::int64_t max = 0;                              // attempts after the first
  double budget = 0.2;                               // retries are at most this share of first attempts
  Duration backoff = std::chrono::milliseconds(25);  // before the first retry, doubled for each later one
  RetryTo to = RetryTo::any;
};
struct DependencyCircuitBreaker {
  double threshold = 0.5;                        // share of failed attempts that opens it
  Duration window = std::chrono::seconds(10);    // over which the share is taken
  double min_requests = 20;                      // in the window, below which it stays closed
  Duration open_for = std::chrono::seconds(30);  // until it lets a trial through
};
struct DependencyCache {
  double hit_ratio = 0.9;                     // share of calls that never reach the dependency
  bool serve_stale = false;                   // a miss that fails is answered with an expired entry
  Duration refill = std::chrono::minutes(1);  // in which a lost cache is filled again, to all but 1/e, by its misses
};

// How a service reaches another one; each replica has its own pool.
struct DependencySpec {
  std::string name;       // of the service called
  std::int64_t port = 0;  // at which a program of the user's own reaches it in the live world; 0: any free one
  using Pool = DependencyPool;
  using Retries = DependencyRetries;
  using CircuitBreaker = DependencyCircuitBreaker;
  using Cache = DependencyCache;
  Pool pool;
  Duration connect_timeout = std::chrono::seconds(1);
  Duration request_timeout = std::chrono::seconds(5);
  Retries retries;
  std::optional<CircuitBreaker> circuit_breaker;
  std::optional<Cache> cache;
  bool critical = true;      // a request fails with the call; otherwise it is answered without
  bool dispensable = false;  // an answer is worth as much without, where people switch it off
};

struct MemorySpec {
  double baseline = 128.0 * 1024 * 1024;  // bytes
  double per_request = 512.0 * 1024;      // bytes for each request in flight
  double limit = 0;                       // bytes; 0: none
};

// What a container asks its node for, and may use at most (core/v1 ResourceRequirements). Nothing: it does not say.
struct ResourceList {
  std::optional<double> cpu = {};                // cores
  std::optional<double> memory = {};             // bytes
  std::optional<double> ephemeral_storage = {};  // bytes
};
struct ResourcesSpec {
  ResourceList requests;
  ResourceList limits;
};

// A disk of each replica.
struct DiskSpec {
  double size = 50.0 * 1024 * 1024 * 1024;  // bytes
  double used = 0.4;                        // share in use when nothing is wrong
  std::string mountpoint = "/data";
};

// That its callers' connections are secured with.
struct CertificateSpec {
  Duration expires_in = std::chrono::hours(24 * 90);  // from the start that the scenario names
};

// Of a service.
inline constexpr std::int64_t kMostReplicas = 1000;

// What is sent to a consumer waits in a queue: callers go on at once, and its replicas take messages as they can. A
// message whose work fails goes back into the queue.
struct ConsumerSpec {
  double capacity = 1e6;                                 // messages that the queue holds; one more is answered 503
  Duration publish_time = std::chrono::milliseconds(2);  // until a caller knows that its message is in the queue
  Duration redelivery_pause = std::chrono::seconds(1);   // that a worker waits after a message whose work failed
};

// A count, or a share of the replicas (Kubernetes' IntOrString: 2 or 25%).
struct CountOrShare {
  double value = 0;  // below 0: neither was given
  bool share = false;
};
std::optional<CountOrShare> parse_count_or_share(std::string_view text);

// Cores as Kubernetes writes them: 2, 0.5, 500m or 1k; nothing: it is no quantity of them.
std::optional<double> parse_cores(std::string_view text);

// How a Deployment replaces its pods (apps/v1 DeploymentStrategy).
struct StrategySpec {
  bool recreate = false;        // else RollingUpdate
  bool rolling_update = false;  // it says something of one
  CountOrShare max_surge{0.25, true};
  CountOrShare max_unavailable{0.25, true};
};

// A program of the user's own, which is the service in the live world: firedrill neither starts nor ends it there. The
// simulated world simulates it as any other service.
struct ProgramSpec {
  std::string url;         // as the file says it
  std::uint16_t port = 0;  // of the loopback interface, where it listens; 0: the URL is none that is taken
  std::string metrics_path = "/metrics";
};

// How whoever sends requests chooses among the replicas that are ready. Each sender (a replica of a caller, or what
// stands before all requests from outside) knows of its own requests alone.
enum class LoadBalancing {
  random,          // as kube-proxy does
  round_robin,     // one after the other
  least_requests,  // that which owes the fewest responses; among those alike, by chance
};

struct ServiceSpec {
  std::string name;
  std::string name_space = "default";
  std::string job;  // of its targets; the service's name if empty
  std::int64_t port = 8080;
  std::map<std::string, std::string> ports;  // name: number; listened on as well, by the same server
  std::int64_t replicas = 1;
  std::vector<std::string> zones;  // replica i is in zones[i % size]
  std::string version = "1.0.0";
  bool version_label = false;                 // on the metrics of its requests
  std::map<std::string, std::string> labels;  // added to its targets
  bool external = false;                      // a third party's: not scraped, no pods of ours
  std::optional<ProgramSpec> program;         // the user's own; it is not `external`
  std::int64_t concurrency = 32;              // requests worked on at once, each replica
  std::int64_t queue = 128;                   // requests waiting, each replica; one more is answered 503
  LoadBalancing load_balancing = LoadBalancing::random;
  // Own time of a request, without waiting and calls; ten milliseconds if nothing is said.
  DistributionSpec latency{"constant", std::chrono::milliseconds(10), {}, {}, {}};
  double background_errors = 0;  // share of requests that fail by themselves, answered 500
  Duration startup = std::chrono::seconds(5);
  std::int64_t termination_grace_period_seconds = 30;  // of its pods
  LifecycleSpec lifecycle;
  std::vector<TolerationSpec> tolerations;
  StrategySpec strategy;
  std::int64_t min_ready_seconds = 0;            // that a new pod has to be ready before it counts as available
  std::int64_t progress_deadline_seconds = 600;  // after so long without progress a rollout counts as stalled
  std::int64_t revision_history_limit = 10;      // ReplicaSets without pods that are kept for a rollback
  Duration cpu_per_request = std::chrono::milliseconds(1);
  double cpu_limit = 0;  // cores, shared by the requests at work; 0: none
  MemorySpec memory;
  ResourcesSpec resources;  // its limits are cpu_limit and memory.limit, once completed
  std::optional<DiskSpec> disk;
  std::optional<CertificateSpec> certificate;
  std::optional<ConsumerSpec> consumer;
  std::vector<RouteSpec> routes;  // never empty once completed: a service without routes serves GET /
  std::optional<TrafficSpec> traffic;
  std::vector<DependencySpec> dependencies;  // in order of declaration
  std::optional<ProbeSpec> liveness_probe;
  std::optional<ProbeSpec> readiness_probe;
  std::optional<ProbeSpec> startup_probe;
  // Dependencies that its readiness endpoint looks at, and `disk`: whether it can write.
  std::vector<std::string> readiness_checks;
  std::vector<std::string> exporters;  // that watch it, by name
};

// The readiness check that looks at the replica's own disk.
inline constexpr std::string_view kDiskCheck = "disk";

struct Exporter;

struct Topology {
  std::vector<ServiceSpec> services;                           // in order of declaration
  std::vector<std::string> exporters;                          // that watch nodes or the cluster, by name
  std::map<std::string, std::string> exporter_jobs;            // job labels instead of those of the exporters, by name
  std::vector<std::shared_ptr<const Exporter>> own_exporters;  // of its files
  const ServiceSpec* find(std::string_view name) const;
};

// What is wrong across blocks, where a table of fields cannot see it.
struct TopologyProblem {
  std::vector<std::string> path;  // keys and list indices from the root: services, checkout, dependencies, postgres
  std::string what;
  std::string remedy;
  Position at{};              // instead of the path, where it is about an exporter's own file
  bool of_exporters = false;  // it hangs on what their files say
};
// Unknown dependencies, calls to undeclared ones or to unknown routes, dependency cycles, shares that do not sum to 1,
// two routes with one method and path, no or several probe handlers, probes of undeclared ports, the whole's size.
std::vector<TopologyProblem> validate(const Topology& topology);
// What a valid topology says that can only go wrong when it runs: a probe of a port on which nothing listens.
std::vector<TopologyProblem> remarks(const Topology& topology);

// Fills what follows from the rest: a route for services without one, shares, `parallel` as one group, jobs, limits and
// requests.
// The topology must be valid.
void complete(Topology& topology);

// Some exporter is attached, to a service or to the whole.
bool attaches_exporters(const Topology& topology);

// The services reached from `name` against the direction of calls, and itself: what a fault there may break.
std::vector<std::string> dependents(const Topology& topology, std::string_view name);

}  // namespace firedrill::fake_services
