// What a fault's witness looks at: what callers of the target, the target itself, its kubelets and the monitor counted,
// and where gauges stood. Nothing here is known from the injector.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::fake_services {

// Counts over a span of time, and levels at its end; over the replicas targeted they are summed up. Each field has a
// row in observation.cc: that is all it takes to add one, beside the line that fills it (observer.cc).
struct Observation {
  double seconds = 0;  // that the counts took, of the time in which requests pass
  double pace = 1;     // seconds of the run in one of these: more in a live world that is quicker than the wall's clock
  double elapsed_s = 0;   // since the fault began
  double exposure_s = 0;  // at full strength that the fault was to have in that time, in its ramp less
  double first = 0;       // the fault is over when it has hit so many requests; 0: no matter how many

  // By the callers of the target, or on its connections to its dependencies (FaultKind::view).
  double attempts = 0;   // connection attempts
  double refused = 0;    // of these
  double timed_out = 0;  // nothing came back in time
  double reset = 0;
  double dns_errors = 0;
  double tls_errors = 0;
  double replies = 0;  // responses of any code
  std::map<int, double> by_code;
  double latency_sum_s = 0;      // seconds over all responses and time-outs that were awaited
  double latency_square_s2 = 0;  // of the squares of the same
  double latency_count = 0;
  double outside = 0;  // requests that came from outside
  double usual = 0;    // that many come at these hours of the week, without drift and without a fault

  // By the target's own replicas; of its dependencies where the target names one, of that one alone.
  double served = 0;  // requests that they answered
  double cpu_s = 0;
  double calls = 0;    // operations on dependencies that were not answered from a cache
  double retries = 0;  // attempts after the first of these
  double cache_hits = 0;
  double cache_misses = 0;
  double pool_timeouts = 0;  // requests that no connection came free for
  double published = 0;      // messages put into the target's queue
  double consumed = 0;       // messages worked off

  // By their kubelets.
  double restarts = 0;
  double exits = 0;      // containers that ended by themselves
  double oom_kills = 0;  // for their memory
  double kills = 0;      // stopped by the kubelet
  double endpoint_changes = 0;
  double liveness_probes = 0;
  double liveness_failures = 0;
  double readiness_probes = 0;
  double readiness_failures = 0;
  double startup_probes = 0;
  double startup_failures = 0;

  // By the monitor.
  double scrapes = 0;
  double scrapes_failed = 0;
  double scrape_s = 0;
  double samples = 0;
  double scrapes_timed_out = 0;  // of those made
  double scrapes_missed = 0;     // of any target: due, and not made
  double samples_nan = 0;
  double samples_forged = 0;   // that are as the fault says, and not as the process counts
  double samples_named = 0;    // of metrics that a fault spoils by name, whether or not at this scrape
  double samples_renamed = 0;  // stored under other labels than at the scrape before
  double samples_skewed = 0;   // stored at another time than the scrape's
  double series_ended = 0;     // no longer exposed by a process that lives on
  double counters_fallen = 0;  // though the process lives on
  double targets_gone = 0;     // that service discovery no longer listed
  double evaluations = 0;      // iterations of rule groups
  double evaluations_missed = 0;
  double evaluation_delay_s = 0;  // summed over evaluations
  double notifications = 0;
  double notifications_lost = 0;
  // By its Alertmanager.
  double receiver_requests = 0;
  double receiver_refusals = 0;  // of these: answered, and not with success
  double receiver_timeouts = 0;  // of these: given up
  double receiver_s = 0;         // that they took

  // Levels.
  double waited_for = 0;  // requests and calls that will time out, and have not yet; known of the simulated world alone
  double drift = 0;       // relative standard deviation of the slow drift of what comes from outside
  double in_flight = 0;
  double queued = 0;  // requests that wait for a worker
  double pool_in_use = 0;
  double pool_size = 0;
  double pool_waiting = 0;
  double backlog = 0;                                   // messages in the target's queue
  double memory_bytes = 0;                              // resident
  double request_bytes = 0;                             // of these, that requests in flight hold
  double disk_bytes = 0;                                // of its disks
  double disk_used = 0;                                 // bytes of these
  double endpoints = 0;                                 // ready, of the whole service
  double replicas = 0;                                  // of the whole service
  double targeted = 0;                                  // of these
  double listening = 0;                                 // of those targeted: their processes accept connections
  double starting_late = 0;                             // of these: started, and should have listened before
  double certificate_expiry_s = 0;                      // when the certificate expires, seconds since 1970
  std::map<std::string, double, std::less<>> versions;  // replicas targeted that run it
  double measured = 0;             // replicas targeted whose levels are in the sums: of those that are there alone
  double level = 0;                // of the state that the fault raises (exporters/states.h), where it is highest
  double evaluations_overdue = 0;  // iterations of rule groups that were not over when the next ones were due

  double mean_latency_s() const { return latency_count > 0 ? latency_sum_s / latency_count : 0; }
  double latency_variance_s2() const;
  double count(int code) const;
  double of_version(std::string_view version) const;
  void add(const Observation& other);
  // What was counted since `then`; levels are those of now.
  Observation since(const Observation& then) const;
  // Without levels.
  Observation counts() const;
};

// A mean over fewer requests tells nothing.
inline constexpr double kLeastRequests = 20;

// Whether `count` of `total` is more than chance makes of a share that was `count_before` of `total_before`: at least
// five standard deviations and two events above what was to be expected. Background errors alone must never prove a
// fault. Of a fault that hits only its `first` requests (Observation::first), fewer events above are enough.
bool stands_out(double count, double total, double count_before, double total_before, double first = 0);
// From how many on they do.
double least_that_stands_out(double total, double count_before, double total_before, double first = 0);

// Whether `count` events in `seconds` are more than chance makes of a rate that gave `count_before` in
// `seconds_before`, and at least `factor` times as many; and the other way round.
bool rate_rose(double count, double seconds, double count_before, double seconds_before, double factor);
bool rate_fell(double count, double seconds, double count_before, double seconds_before, double factor);
// From how many events on it rose, and down from how many it fell; of so few before that no fall can be told, below 0.
double least_of_risen_rate(double seconds, double count_before, double seconds_before, double factor);
double most_of_fallen_rate(double seconds, double count_before, double seconds_before, double factor);

// From which rise of the mean latency on chance does not explain it.
struct LeastLatencyRise {
  double seconds = 0;
  double standard_errors = 0;  // that it is; 0: it is a share of what the mean was, which is more
  double share = 0;
};
LeastLatencyRise least_latency_rise(const Observation& before, const Observation& during);

// Whether the mean latency has risen by more than chance does to it in the hundreds of looks that a witness takes.
bool latency_rose(const Observation& before, const Observation& during);
// The same in words: "1204 requests to checkout took 312.5 ms on average (before: 41.0 ms over 5321)"; nothing if not.
std::optional<std::string> latency_rise(const Observation& before, const Observation& during, std::string_view target);

// Whether more requests are answered with a code than before: "1842 of 1850 requests to checkout were answered 503
// (before: 0 of 5321)"; nothing if not.
std::optional<std::string> code_rise(const Observation& before, const Observation& during, int code,
                                     std::string_view target);

// Whether more requests come from outside than drift and the time of day explain: "240.1 requests per second came to
// web (before: 120.3)"; and whether fewer do.
std::optional<std::string> arrivals_rise(const Observation& before, const Observation& during, std::string_view target);
std::optional<std::string> arrivals_fall(const Observation& before, const Observation& during, std::string_view target);
// The bounds of the two, in requests per second.
double least_risen_arrivals(const Observation& before, const Observation& during);
double most_fallen_arrivals(const Observation& before, const Observation& during);

}  // namespace firedrill::fake_services
