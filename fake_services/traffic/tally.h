// What was counted: events drawn from the expected rates (independent Poisson counts: the thinned arrivals of many
// independent clients), for each replica from a stream of its own, and what follows from them for callers and truth.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/quota.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

using events::Minute;
using events::ServiceMinute;

// A Poisson count; for means of a few it inverts the distribution with a single uniform number.
double draw_count(double mean, RandomStream& chance);

// What a replica did over one of its dependencies since the start, whatever restarts there were.
struct CallTally {
  double operations = 0;  // that were not answered from a cache
  double retries = 0;     // attempts after the first of these
  double pool_timeouts = 0;
  double cache_hits = 0;
  double cache_misses = 0;
};

// The counters of one replica.
struct ReplicaTally {
  ReplicaTally(const ServiceModel& model, std::uint64_t seed, std::string_view pod);
  RandomStream requests;                // of counts
  RandomStream gauges;                  // of momentary values
  RandomStream scrapes;                 // of scrapes themselves
  std::vector<double> counts;           // by CountLayout
  std::vector<double> responses;        // by route and slot: the counts over all buckets
  std::vector<double> response_sum_s;   // seconds, by route
  std::vector<double> response_code_s;  // the same by route and slot
  double cpu_s = 0;                     // of requests
  // Since the start, for witnesses: these do not begin anew.
  double served = 0;
  double cpu_total = 0;
  std::vector<CallTally> calls;  // by edge
  // The process begins anew, and its counters with it.
  void restart();
};

// What callers of a service, or of one edge of a caller, have seen since the start.
struct Seen {
  double attempts = 0;
  double refused = 0;
  double timed_out = 0;
  double reset = 0;
  double dns_errors = 0;
  double tls_errors = 0;
  double pool_timeouts = 0;  // no attempt came about, as where
  double circuit_open = 0;   // the breaker was open
  double replies = 0;
  double latency_sum_s = 0;
  double latency_square_s2 = 0;
  double latency_count = 0;
  std::array<double, Codes::kMost> codes{};
  void add_to(Observation& out, const Codes& names) const;
};

// Sums over a minute that is not over yet.
struct MinuteTally {
  double requests = 0;
  double errors = 0;
  double client_errors = 0;
  double hollow = 0;
  double replies = 0;
};

struct ServiceTally {
  ServiceTally(const ServiceModel& model, std::uint64_t seed);
  RandomStream outside_chance;
  RandomStream check_chance;
  std::vector<ReplicaTally> replicas;
  Seen outside;                  // by clients from outside
  double usual = 0;              // as many come from outside without drift and faults
  std::vector<Seen> edges;       // by this service, of its dependencies
  std::vector<double> answered;  // responses by route and slot, over all replicas and whatever restarts there were
  MinuteTally minute;
  // Expected and not drawn yet, from outside.
  std::array<double, kConnectFailures> connect_failures{};
  double gives_up = 0;
  double unanswered = 0;
  double cut = 0;
  double hollow = 0;
  double failing_s = 0;                              // ∫ share of failing checks, this minute
  std::array<double, kLatencyBuckets> fine{};        // expected responses by time, this minute,
  std::array<double, kLatencyBuckets> usual_fine{};  // and in the last one in which there were some
};

class Tallies {
 public:
  Tallies(const FlowModel& model, std::uint64_t seed);
  // One more of a service, behind the others.
  void add_replica(std::size_t service, std::uint64_t seed);

  // Adds what the step from `flow.step_begin()` to t does to the expected amounts of services.
  void pass(const Flow& flow, double seconds);
  // Draws what a replica's counters have gained up to t.
  void draw(Flow& flow, std::size_t service, std::size_t replica, Time t);
  // Draws everything: all replicas, and what clients from outside met before they reached one.
  void draw_all(Flow& flow, Time t);
  // What faults that hit only so many requests show in from now on; everything must have been drawn up to now. Must
  // outlive the draws.
  void set_quotas(std::vector<Quota*> quotas) { quotas_ = std::move(quotas); }
  // The truth about the minute that ends, all drawn; begins the next one.
  Minute close_minute(const Flow& flow, Time from);
  // Begins the next one, and says nothing of this one.
  void forget_minute();

  ReplicaTally& replica(std::size_t service, std::size_t replica) { return services_[service].replicas[replica]; }
  const ServiceTally& service(std::size_t i) const { return services_[i]; }

  // What the callers of a service saw; and what one caller saw of one dependency.
  Observation seen_of_service(std::size_t service) const;
  Observation seen_over_edge(std::size_t caller, std::size_t edge) const;

 private:
  void draw_counts(std::span<const double> means, RandomStream& chance);
  void deal_counts(std::size_t service, std::size_t replica, RandomStream& chance);
  void count_responses(const Flow& flow, std::size_t service, ReplicaTally& tally);
  void count_calls(std::size_t service, ReplicaTally& tally);
  void draw_outside(std::size_t service);

  const FlowModel* model_;
  std::vector<ServiceTally> services_;
  std::vector<Quota*> quotas_;
  std::vector<double> expected_;  // scratch of draw: expectations and counts of one replica
  std::vector<double> drawn_;
  std::vector<double> free_;  // expectations that no quota deals out
  std::vector<double> dealt_;
};

}  // namespace firedrill::fake_services
