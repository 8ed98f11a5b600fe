// The flow of requests through the production. Between two events rates are steady, so nothing is simulated request by
// request: a step goes once over the services from the called to the callers (how long does a request take, how does it
// end) and once back (how many arrive, how full do the replicas get), and then rates hold until the step ends. Retry
// storms, exhausted pools and cascades come about over the steps.
//
// Replicas of one service in the same state form a class, computed once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "events/minute.h"
#include "fake_services/traffic/arrivals.h"
#include "fake_services/traffic/at_work.h"
#include "fake_services/traffic/balancing.h"
#include "fake_services/traffic/call.h"
#include "fake_services/traffic/calls_under_way.h"
#include "fake_services/traffic/conditions.h"
#include "fake_services/traffic/flow_model.h"
#include "fake_services/traffic/guards/breaker.h"
#include "fake_services/traffic/quota.h"
#include "fake_services/traffic/route.h"
#include "fake_services/traffic/stations/balanced_station.h"
#include "fake_services/traffic/stations/few_callers.h"
#include "fake_services/traffic/stations/quota_station.h"
#include "fake_services/traffic/stations/station.h"

namespace firedrill::fake_services {

using events::kLatencyBuckets;
using events::latency_bounds_s;

// All the conditions of one replica.
struct TrafficConditions {
  bool ready = true;    // takes part in load balancing
  bool running = true;  // there is a process; when it ends, the requests that it works on are gone
  bool working = true;  // and it goes on with them; else they stay as they are
  ReplicaConditions replica;
  std::vector<RequestConditions> routes;
  std::vector<RequestConditions> links;            // by edge and route of the callee
  std::vector<DependencyConditions> dependencies;  // by edge
  std::array<RequestConditions, 3> health = {};    // of probes, by ProbeType
  bool operator==(const TrafficConditions&) const = default;
};

// A kind of response of one route.
struct Component {
  std::size_t slot = 0;
  double share = 0;  // of the requests that reach the replica (not those refused)
  double rate = 0;   // per second and replica
  Law time;
  double retry_after_s = 0;
};

// Its shares over the buckets, redone only when the law is another. They stand apart: most kinds have none.
struct Spread {
  Law of;                      // the law that they belong to
  std::vector<double> shares;  // over the service's buckets
  std::array<double, kLatencyBuckets> fine{};
};

// Success, failure by cause; queue full; injected replies; over the service's limit; no space to write.
inline constexpr std::size_t kWorkedParts = 1 + kCauses;
inline constexpr std::size_t kTimedOutPart = 1 + static_cast<std::size_t>(Cause::timed_out);
inline constexpr std::size_t kReplyParts = 4;
inline constexpr std::size_t kFullPart = kWorkedParts;
inline constexpr std::size_t kFirstReplyPart = kFullPart + 1;
inline constexpr std::size_t kLimitPart = kFirstReplyPart + kReplyParts;
inline constexpr std::size_t kDiskPart = kLimitPart + 1;
inline constexpr std::size_t kComponents = kDiskPart + 1;

// What requests of a route take that are worked on, by how they end.
struct WorkTimes {
  std::array<Law, kWorkedParts> worked;  // from when they get a worker
  Inputs worked_from;
  std::array<Law, kWorkedParts> answered;  // and what they waited for it
  Inputs answered_from;
};

struct RouteState {
  std::array<Component, kComponents> parts;
  std::array<Spread, kComponents> spreads;  // of each part
  Journey journey;
  WorkTimes times;
  double holding_s = 0;  // for which a request keeps a worker
  double offered = 0;    // per second and replica, at the connection
  double mix = 0;        // of the requests that are worked on
  double hollow = 0;     // of its good answers: those that lack what they need, since it is switched off
};

// How long is waited for a connection, made again when what it was made from has moved.
struct PoolWait {
  Inputs held_from;
  Law left;  // of a call that has begun
  Inputs made_from;
  PoolState state;
};

struct EdgeState {
  PoolState pool;
  PoolWait pool_wait;
  double arrivals = 0;  // connections asked for, per second
  double holding_s = 0;
  double holding_square_s2 = 0;
  double answered = 0;       // share of these
  Breakers breakers;         // of the replicas, each with its own
  double cache_cold = 0;     // share of the cache's entries that are missing
  double usual_lookups = 0;  // per second, while none is
  RetryBucket retries = full_bucket();
};

struct ReplicaClass {
  TrafficConditions conditions;
  std::size_t replicas = 0;
  const StationTable* station = nullptr;
  const StationTable* balanced = nullptr;  // the same where requests do not come at random
  double drawn = 1;                        // of what is sent to the service, against an even share
  std::vector<double> led;                 // by route: sent here by retries beyond that, a second and replica
  std::vector<Response> responses;         // by route, of it alone; only where callers tell replicas apart
  std::vector<Response> responses_again;   // the same, as who tries again meets them, where that differs
  const StationTable* shaped = nullptr;    // the same with as long a queue as the law of the work makes it
  const StationTable* bounded = nullptr;   // the same with no more places than there are callers, if these are fewer
  // The same where all who are at work stand still together, since the processor's quota is used up now and then.
  std::optional<QuotaStation> throttled;
  std::size_t hint = 0;
  double occupancy = 0;
  double next_occupancy = 0;  // at the end of the step
  double busy = 0;
  double next_busy = 0;
  StationPoint point;
  Law wait;  // of all that get a worker, for it; no law: hardly any of them waits
  Inputs wait_from;
  double holding_s = 0;
  double slower = 1;        // workers come free, than they would in the long run
  double queue_factor = 1;  // of what waits, against work whose times are exponential
  double own_stretch = 1;   // of own time, by others on the processor
  ProcessorLoad processor;
  QuotaUse quota;  // of its limit: in which share of periods, and of time, it is throttled
  AtWork at_work;
  double start_rate = 0;      // requests that begin to be worked on, per second
  double done_rate = 0;       // requests worked on to some end, per second
  double takes = 0;           // of consumers: messages per second and replica
  double probes_limited = 0;  // share of the requests of kubelets that are over the service's limit
  std::int32_t limit_code = 0;
  double relaxation = 1;  // how far call rates follow in one step
  double last_change = 0;
  std::vector<RouteState> routes;
  std::vector<Attempt> attempts;  // by call
  std::vector<Operation> operations;
  std::vector<Tries> tries;        // by call; nothing where none is told apart
  std::vector<double> calls_made;  // by call, for each request of the route that makes it
  std::vector<double> call_rates;  // operations per second, by call
  std::vector<CallUnderWay> calls_under_way;
  // Calls that have ended with a time-out, or well after one, whose requests have not ended yet; per second in this
  // step; and the share of the requests that were to end with a time-out which end well.
  double given_up = 0, gives_up = 0;
  double saved = 0, saves = 0;
  double spared = 0;
  std::vector<std::size_t> call_route;
  std::vector<EdgeState> edges;
  std::vector<double> rate;      // by CountLayout, per replica
  std::vector<double> integral;  // since the start, up to the beginning of the step
};

// Mean number of requests in a replica, at the step's begin. The station takes work for exponential; how much waits
// goes by how its times vary.
inline double in_flight(const ReplicaClass& k) {
  return k.busy + std::max(0.0, k.occupancy - k.busy) * k.queue_factor;
}

// Of a call, the first attempt, the second and so on; where no replica is told apart, one for all.
inline std::span<const Attempt> attempts_of(const ReplicaClass& k, std::size_t call) {
  const bool apart = !k.tries.empty() && !k.tries[call].nth.empty();
  return apart ? std::span<const Attempt>(k.tries[call].nth) : std::span(&k.attempts[call], 1);
}

// The queue of messages before a consumer.
struct QueueState {
  double backlog = 0;  // messages
  double next_backlog = 0;
  double full = 0;            // share of what is sent that finds no room
  double published_rate = 0;  // per second, as below
  double consumed_rate = 0;   // worked off with success
  double usual_rate = 0;      // at which those that wait were published, about
  double oldest_s = 0;        // for which the oldest message has waited
  double next_oldest_s = 0;
  double published = 0;  // since the start, up to the beginning of the step
  double consumed = 0;
};

struct ServiceState {
  std::vector<ReplicaClass> classes;
  std::vector<std::size_t> class_of;       // by replica
  std::vector<std::vector<double>> taken;  // by replica: what of the class's integral was drawn
  std::vector<Response> responses;         // by route, as callers meet them
  std::vector<Response> responses_again;   // the same, of those who try again, where some were sent to
  bool torn = false;                       // processes that have ended since
  std::vector<double> arrivals;            // connection attempts per second, by route
  Senders senders;
  LeastRequests least;
  double pace = 1;        // how far shares of replicas follow in one step
  double last_turn = 0;   // which way they went
  double callers = 0;     // requests that all who call it can have under way at once
  CallerGroups groups;    // of those
  double elsewhere = 0;   // of those, the mean number that are under way but not here
  double patience_s = 0;  // for which the least patient of them waits
  double comes_back = 0;  // requests per second that come to a place which their caller has just left,
  double strangers = 1;   // and the share of all that are not such
  std::optional<Traffic> traffic;
  double outside = 0;                                               // requests per second from outside
  double outside_usual = 0;                                         // the same without drift and faults
  double outside_share = 1;                                         // of all arrivals
  std::array<double, kConnectFailures> outside_connect_failures{};  // per second
  double outside_unanswered = 0;  // taken in, never answered and given up now, per second
  // Until clients from outside give up: on connections, on answers, and on such as come later or are lost.
  Awaited dropped, unanswered, too_late;
  double outside_cut = 0;       // answered, the response cut off by a reset; per second
  double outside_hollow = 0;    // answered well, without something that is needed; per second
  double outside_gives_up = 0;  // answered 200, but given up by the client, now; per second
  double checks_failing = 0;    // share of the checks made from outside that would fail now
  std::array<double, kLatencyBuckets> fine_rate{};
  double ready = 0;  // replicas
  ServiceConditions conditions;
  double limited = 0;         // share of requests over the limit
  double tokens_missing = 0;  // in the bucket of the limit
  double next_tokens_missing = 0;
  std::size_t bucket_hint = 0;
  QueueState queue;
};

// Bytes in use on a replica's disk.
double disk_used(const ServiceModel& model, const ReplicaClass& k);

class Flow {
 public:
  Flow(FlowModel model, std::uint64_t seed, Time start);

  const FlowModel& model() const { return *model_; }
  const ServiceState& service(std::size_t i) const { return services_[i]; }
  ServiceState& service(std::size_t i) { return services_[i]; }
  const ReplicaClass& class_of(std::size_t service, std::size_t replica) const;
  // How many a service has, and had: one that is scaled away keeps its place.
  std::size_t replicas(std::size_t service) const { return services_[service].class_of.size(); }
  // A place for one more, behind the others, with no process in it yet. Only between two steps.
  void add_replica(std::size_t service);

  // Groups the replicas of a service by their conditions, given for each; classes that have become alike are joined.
  // Only between two steps.
  void set_traffic_conditions(std::size_t service, std::span<const TrafficConditions> conditions);
  TrafficConditions neutral_conditions(std::size_t service) const;
  void set_conditions(std::size_t service, const ServiceConditions& conditions);
  // What its replicas cache before a dependency is there again, but for what conditions keep away. Only between steps.
  void warm(std::size_t service, std::size_t edge);

  // Goes to where things come to rest with the conditions as they are. Only before the first step.
  void settle(Time start);

  // The queue before a consumer at t within the current step.
  QueueState queue_at(std::size_t service, Time t) const;

  // Begins a step of at most `longest` from t; it ends earlier while things move. Returns its end.
  Time begin_step(Time t, Time latest_end);
  // Ends it at t, no later than the end that was promised.
  void end_step(Time t);
  // Things are about to move: the next steps are short, and what had to be followed slowly may be followed at once.
  void disturb();
  // No step is longer than this, or than usual where that is longer. In longer ones what moves is the traffic from
  // outside, which is followed at their pace.
  void set_longest(Duration longest);
  Time step_begin() const { return begin_; }

  // Expected events of a replica since they were last taken, by CountLayout, up to t within the current step.
  void take(std::size_t service, std::size_t replica, Time t, std::span<double> out);

 private:
  static constexpr double kNever = 1e9;  // seconds
  static constexpr Duration kShortest = std::chrono::seconds(1);
  static constexpr Duration kLongest = std::chrono::seconds(15);

  // flow_backward.cc
  void backward(double dt_s);
  void evaluate_calls(std::size_t service, ReplicaClass& k, double dt_s);
  // flow_pools.cc
  void use_pool(std::size_t service, ReplicaClass& k, std::size_t e);
  static double turn_away(const ServiceState& s, const ServiceModel& m, const RequestConditions& conditions,
                          RouteState& route);
  void evaluate_routes(std::size_t service, ReplicaClass& k);
  double hollow_share(const ServiceModel& m, const ReplicaClass& k, const RouteModel& route) const;
  void shape_queue(ReplicaClass& k);
  std::optional<SteadyWork> steady_work(const ReplicaClass& k);
  void make_wait(ReplicaClass& k);
  void respond(std::size_t service);
  static void respond(const ServiceState& s, const ReplicaClass* only, bool again, std::vector<Response>& responses);
  // flow_balancing.cc
  double finding_its_place(const ServiceModel& m, const ReplicaClass& k, std::size_t call) const;
  void draw_replicas(std::size_t service);
  void try_calls(std::size_t service, ReplicaClass& k, std::size_t call);
  void try_after_loss(ReplicaClass& k, const ServiceModel& m, std::size_t call);
  void choose_station(const ServiceModel& m, const ServiceState& s, ReplicaClass& k);
  void lead_retries(std::size_t service, const ReplicaClass& k, std::size_t call, double attempts);
  void acknowledge(std::size_t service);
  // flow_forward.cc
  void forward(Time middle, double dt_s);
  void stretch_own_time(const ServiceModel& m, ReplicaClass& k);
  void serve(std::size_t service, ReplicaClass& k, double dt_s);
  void bound_by_callers(const ServiceState& s, ReplicaClass& k, double offered);
  static void set_endings(ReplicaClass& k, double silent_share);
  static void bound_by_quota(const ServiceModel& m, ReplicaClass& k, double offered, QuotaShape shape,
                             double elsewhere);
  void fill_throttled(ReplicaClass& k, double arrivals, double strangers, double dt_s);
  static void begin_work(ReplicaClass& k, double started, double dt_s);
  void fill(ReplicaClass& k, double arrivals, double strangers, double dt_s);
  void relax_calls(std::size_t service, ReplicaClass& k);
  void begin_calls(std::size_t service, ReplicaClass& k, double dt_s);
  void send_calls(std::size_t service, const ReplicaClass& k);
  void fill_rates(std::size_t service, ReplicaClass& k);
  static void spare_saved(const ServiceModel& m, ReplicaClass& k, double dt_s);
  static void keep_saved(ReplicaClass& k, double dt_s);
  void see_from_outside(std::size_t service, double dt_s);
  // flow_consumers.cc
  void take_messages(std::size_t service, double dt_s);
  void consume(std::size_t service, ReplicaClass& k);
  static void bound_consumer(const ServiceModel& m, ReplicaClass& k, std::int64_t workers);
  void settle_queue(std::size_t service, double dt_s);
  // flow_guards.cc
  void limit(ServiceState& s, double dt_s);
  void budget_retries(const ServiceModel& m, ReplicaClass& k, std::size_t edge, double dt_s);
  void update_breakers(std::size_t service, ReplicaClass& k, Time t, double dt_s);
  void update_caches(std::size_t service, ReplicaClass& k, double dt_s);

  std::shared_ptr<const FlowModel> model_;  // of all copies
  StationTables tables_;
  std::vector<ServiceState> services_;
  Time begin_{};
  Time end_{};
  Duration step_ = kShortest;
  Duration longest_ = kLongest;
  double next_turn_s_ = kNever;  // until which something that is waited for ends at another rate
  double moving_ = 0;            // how much changed in this step, relative
};

}  // namespace firedrill::fake_services
