// A call from a request to a dependency: cache, circuit breaker, connection pool, attempts, time-outs, retries. All
// quantities are expectations for one call: shares, seconds, counts. Shares are computed at each step; the laws of
// times, when what they are made from has moved.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "fake_services/traffic/conditions.h"
#include "fake_services/traffic/flow_model.h"
#include "fake_services/traffic/guards/retry_bucket.h"
#include "fake_services/traffic/inputs.h"
#include "fake_services/traffic/stations/pool.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

// What a request found at the replica that answers it.
enum class Found { nothing, worker, no_place };

// A share of a route's responses: a code and the law of the time to it.
struct Part {
  std::size_t slot = 0;  // of the service's codes
  double share = 0;      // of the requests that reach the service
  Law time;
  double retry_after_s = 0;
  Found found = Found::nothing;
};

// How a service answers the requests of one route, over all its replicas: those that come from elsewhere, and not back
// to a place that they have just left.
struct Response {
  std::array<double, kConnectFailures> connect_failures = {0, 0, 1, 0, 0};  // share of connection attempts held up
  double reached = 0;                                                       // of connection attempts: that come about
  std::vector<Part> parts;  // of those reached; with what follows they sum to 1
  double silent = 0;        // never answered
  double hollow = 0;        // of the good answers: those that lack what they need
  double lost = 0;          // answered, the response lost on its way
  double cut = 0;           // reset while the response is on its way,
  Law cut_time;             // after so long
  Inputs cut_from;
};

// The law of a delay: none for those that are not delayed, for the others the plainest that has its moments; and what
// lost packets add to it.
Times law_of(const Delay& delay);
double mean_of(const Delay& delay);  // seconds, of all requests

// What of a response comes in time, with what delays it on the way.
struct InTime {
  Law of;
  Delay delay;
  double share = 0;
  Sum seconds;  // of that share
  Law time;     // of what comes in time
};

// One attempt over a connection that is at hand.
struct Attempt {
  double success = 0;
  double unreached = 0;  // not connected, and told so, or cut off
  double timed_out = 0;  // nothing came back in time
  double error = 0;      // responses from 400 on
  double no_place = 0;   // of those: from full queues
  Law success_time;      // no law where the share is 0
  Law unreached_time;
  Law timed_out_time;
  Law error_time;
  std::array<double, kConnectFailures> connect_failures{};
  double cut = 0;
  double retryable = 0;        // share of attempts that fail in a way that is worth another attempt
  Law failure_time;            // of those
  double retry_after_s = 0;    // mean wait asked for by those
  double holding_s = 0;        // mean time for which the connection is held
  double response_time_s = 0;  // mean and mean square over responses and time-outs, weighted by their share
  double response_square_s2 = 0;
  std::array<double, Codes::kMost> codes{};  // share of attempts by slot of the edge's codes
  // For the next step.
  std::vector<InTime> in_time;
  Inputs made_from;
};

// Of `out`, what was computed at the step before, is used. `links` are the conditions on the way, by route of the
// callee; `weights` how the calls spread over its routes; `comes_back` the share that finds the place that it has just
// left.
void attempt(Attempt& out, const EdgeModel& edge, const ServiceModel& callee, std::span<const Response> responses,
             std::span<const double> weights, std::span<const RequestConditions> links, double comes_back = 0);

// What a retry can find that goes by the replica: how an attempt at each kind of replica ends, and so the first attempt
// of a call, the second and so on.
struct Tries {
  std::vector<Attempt> at;                  // by kind of replica of the callee
  std::vector<Attempt> again;               // the same of all but the first, where these differ
  std::vector<std::vector<double>> chosen;  // of the n-th attempts, the share at each kind
  std::vector<Attempt> nth;                 // the n-th attempt
};

// Kinds of replicas, so many of each, that a request is sent to in proportion to `drawn`.
struct Sent {
  double replicas = 0;
  double drawn = 1;
};

// Fills `chosen` and `nth` from `at`, for as many attempts as there can be.
void go_by_replica(Tries& tries, std::span<const Sent> kinds, RetryTo to, std::int64_t retries);

struct Operation {
  double success = 1;
  Law success_time;  // no law: no time at all
  std::array<double, kCauses> failure{};
  std::array<Law, kCauses> failure_time;
  double attempts = 0;                           // connections made or tried
  double tried = 0;                              // operations that come to an attempt
  double acquisitions = 0;                       // connections asked of the pool
  double gives_up = 0;                           // share of these that get none
  double extra_attempts = 0;                     // beside each of these
  std::int64_t most = 0;                         // attempts after the first, at most
  double retried = 0;                            // of those that fail and are worth another one, before that
  std::array<double, kCallOutcomes> outcomes{};  // expected count of each
  double cache_hits = 0;
  double turned_away = 0;      // of the failures: those at full queues, where some find the place that they have left:
  double finds_its_place = 0;  // of the operations made at once after another one of the call
  std::vector<double> made;    // attempts, by their number; nothing where all are alike
  Inputs made_from;            // for the next step
};

// What else bears on a call.
struct CallState {
  DependencyConditions conditions;
  double open_share = 0;  // of the calls that the circuit breaker stops
  double cache_cold = 0;  // share of the cache's entries that are missing
  double retried = 1;     // of the retries that it asks for: those for which the budget has room
};

// What an operation that is tried asks its budget for where such a share of that is granted.
RetriesAsked retries_asked(const EdgeModel& edge, std::span<const Attempt> attempts, const PoolState& pool,
                           double granted);

// Of `out`, what was computed at the step before, is used. `attempts`: the first one, the second and so on; all after
// the last are as that.
void operation(Operation& out, const EdgeModel& edge, std::span<const Attempt> attempts, const PoolState& pool,
               const CallState& state);
// The share of operations that fail since there is no place, even with retries.
double turned_away(const Operation& operation, const Attempt& attempt);
// What callers see of all of them together: shares alone, no laws.
void average(Attempt& out, const Operation& operation, std::span<const Attempt> attempts);

}  // namespace firedrill::fake_services
