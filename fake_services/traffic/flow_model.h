// The topology prepared for computing: names have become indices, durations seconds, blocks arrays.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/topology/topology.h"
#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

// Status codes that a service can answer, or a caller can see; a code's slot is its place in the list.
struct Codes {
  static constexpr std::size_t kMost = 16;
  std::vector<int> list;
  // The slot of a code; of one that is not in a full list, the last.
  std::size_t slot(int code) const;
  void add(int code);
};

// Why a request failed on account of a call, by the code that it is answered with (RFC 9110).
enum class Cause : std::size_t { unreachable, timed_out, bad_response };
inline constexpr std::size_t kCauses = 3;
inline constexpr std::array<int, kCauses> kCauseCodes = {503, 504, 502};
inline constexpr int kOk = 200;
inline constexpr int kQueueFull = 503;
inline constexpr int kBackgroundError = 500;
inline constexpr int kTooManyRequests = 429;  // over a limit that people set

// Retries that a live caller saves up while all goes well, beyond those of its budget.
inline constexpr double kSavedRetries = 10;

// How a call's attempt ends for the caller; the value of the label `outcome`.
enum class CallOutcome : std::size_t {
  success,
  refused,
  timeout,
  pool_timeout,
  circuit_open,
  error,
  reset,
  dns_error,
  tls_error
};
inline constexpr std::size_t kCallOutcomes = 9;
inline constexpr std::array<const char*, kCallOutcomes> kCallOutcomeNames = {
    "success", "refused", "timeout", "pool_timeout", "circuit_open", "error", "reset", "dns_error", "tls_error"};
// How an attempt ends that does not connect; by ConnectFailure.
inline constexpr std::array<CallOutcome, kConnectFailures> kConnectOutcomes = {
    CallOutcome::dns_error, CallOutcome::timeout, CallOutcome::refused, CallOutcome::tls_error, CallOutcome::reset};

struct EdgeModel {
  std::size_t callee = 0;
  DependencySpec spec;
  double connect_timeout_s = 0;
  double request_timeout_s = 0;
  double acquire_timeout_s = 0;
  double backoff_s = 0;
  double cache_refill_s = 1;
  double at_once = 1;          // calls that one request can have under way at the same time
  Codes codes;                 // that the caller can see
  std::size_t first_link = 0;  // of the callee's routes, in a class's links
};

struct CallModel {
  std::size_t edge = 0;
  std::vector<double> weights;  // over the callee's routes
  double probability = 1;
  double times = 1;
};

struct StageModel {
  std::vector<std::size_t> calls;  // indices into ServiceModel::calls; more than one run at the same time
};

struct RouteModel {
  bool writes = false;  // to the service's disk, if it has one: everything but GET and HEAD
  std::string method;
  std::string path;
  double share = 0;
  Distribution own;
  Law own_time;
  std::vector<StageModel> stages;
};

// Where a class of replicas keeps its rates, and each replica its counts: one flat array each. The first `counts` are
// of events, and are drawn; those behind them are amounts (of seconds), and are not.
struct CountLayout {
  static constexpr std::size_t kEdgeAmounts = 4;
  std::size_t buckets = 0;  // of the service's histograms, the open one included
  std::size_t slots = 0;
  std::size_t routes = 0;
  std::vector<std::size_t> edge_at;  // first count of each edge: outcomes, then codes, then cache hits and misses
  std::size_t counts = 0;
  std::size_t size = 0;
  std::size_t response(std::size_t route, std::size_t slot) const { return (route * slots + slot) * buckets; }
  std::size_t outcome(std::size_t edge, CallOutcome o) const { return edge_at[edge] + static_cast<std::size_t>(o); }
  std::size_t code(std::size_t edge, std::size_t slot) const { return edge_at[edge] + kCallOutcomes + slot; }
  std::size_t cache(std::size_t edge) const { return edge_at[edge + 1] - 2; }  // hits; misses are next to them
  std::size_t response_seconds(std::size_t route) const { return counts + route; }
  // Seconds that callers waited for responses, and their squares.
  std::size_t call_seconds(std::size_t edge) const { return counts + routes + kEdgeAmounts * edge; }
  // Operations that were not answered from a cache, and attempts after the first of these.
  std::size_t operations(std::size_t edge) const { return call_seconds(edge) + 2; }
  std::size_t retries(std::size_t edge) const { return call_seconds(edge) + 3; }
  // Requests that were worked on to some end.
  std::size_t worked() const { return size - 1; }
};

struct ServiceModel {
  ServiceSpec spec;
  std::int64_t workers = 1;
  std::int64_t places = 1;
  double cpu_per_request = 0;
  double cpu_quota = 0;  // cores that a replica can use, as the kernel keeps its limit; 0: any
  std::vector<RouteModel> routes;
  std::vector<CallModel> calls;
  std::vector<EdgeModel> edges;
  std::size_t links = 0;  // callee routes over all edges
  Law publish_time;       // of a consumer
  Codes codes;
  std::vector<double> bounds;   // upper bounds of histogram buckets, seconds
  std::vector<double> middles;  // a value within each bucket
  bool told_apart = false;      // some caller's retries go by the replica that failed
  bool probed_in_vain = false;  // some probe looks where nothing listens
  CountLayout layout;
};

struct FlowModel {
  std::vector<ServiceModel> services;
  std::vector<std::size_t> callers_first;  // indices in an order in which callers stand before those they call
};

// Default bounds of request histograms, seconds.
std::span<const double> default_buckets();

// The codes that a fault makes its target answer with.
std::vector<int> reply_codes(const Fault& fault);

// `limited`: the services that people may limit, whose callers then see 429.
FlowModel build_model(const Topology& topology, std::span<const MetricSpec> metrics, std::span<const FaultSpec> faults,
                      std::span<const std::string> limited = {});

}  // namespace firedrill::fake_services
