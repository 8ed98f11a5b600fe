// The production request by request. It knows the topology and the conditions and nothing of queueing theory: requests
// come one by one, wait for workers and connections in order, draw their own times, call, give up, try again.
//
// What it takes for true where a topology leaves it open: each replica of a caller chooses among those of the called by
// what it has sent itself, and one sender stands before all requests from outside; a request works (own time and what
// it is delayed by) and then calls, and keeps its worker to its end; whoever gives up frees its connection, and the
// called goes on; retries take from a bucket that first attempts fill at the budget, as deep as live callers have it; a
// breaker counts the attempts of its window one by one, and one trial decides; a lost cache is filled by its misses,
// one entry each, as many as are asked for in `refill`; the processor's limit is a quota for each 100 ms, and whoever
// is at work when it is used up stands still until the next; a request and its response are eight packets that are on
// their way together, each of which is sent again for as long as it is lost.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/random.h"
#include "counters.h"
#include "engine.h"
#include "scene.h"

namespace firedrill::world_oracle {

class Simulation : public Tasks {
 public:
  Simulation(const Scene& scene, const Counters& layout, std::uint64_t seed, std::string_view stream);
  ~Simulation() { end_all(); }

  double now() const { return engine_.now(); }
  // Everything up to then happens.
  void advance(double until);
  // The step: what comes after it befalls the services from now on.
  void change();
  // A second later: what made caches lose their entries is over.
  void calm_caches();

  // Since the start.
  const std::vector<double>& sums() const { return sums_; }
  // Times of the responses of each route, seconds, in order of their ends; kept from here on.
  const std::vector<std::vector<float>>& times() const { return times_; }
  void forget_times();
  // Since the step; of breakers and caches.
  const FirstTimes& first_times() const { return first_times_; }

 private:
  // How a call, or an attempt of one, ends: well, by cause, or (attempts alone) in an error that no other attempt
  // mends.
  enum Ending : int { fine, unreachable, timed_out, bad_response, final_error };
  // What a caller hears instead of a status code.
  static constexpr int kGaveUp = -1;
  static constexpr int kCut = -2;

  // Whoever chooses among the replicas of a service.
  struct Sender {
    std::size_t turn = 0;
    std::vector<std::int64_t> owes;  // each replica, responses
  };
  // The replicas that one call has been sent to.
  using Tried = std::vector<std::size_t>;

  struct Pool {
    std::int64_t size = 0;
    std::int64_t in_use = 0;
    std::deque<Token> waiting;
  };
  struct Edge {
    Pool pool;
    Sender sender;
    std::int64_t leaked = 0;
    double cold = 0;     // share of the cache's entries that are missing
    double lookups = 0;  // since the start
    double usual = 0;    // per second, before the step
    double retry_tokens = kSavedRetries;
    bool open = false;
    bool trying = false;  // the trial is on its way
    double trial_at = 0;
    std::deque<std::pair<double, bool>> window;  // attempts: when they ended, whether badly
    double bad = 0;                              // of those
  };
  struct Working {
    double end;  // on the replica's own clock of work
    Token token;
    bool operator<(const Working& other) const { return end > other.end; }
  };
  struct Replica {
    const TrafficConditions* conditions = nullptr;
    std::uint32_t life = 0;  // a process that ends takes its requests with it
    std::int64_t workers = 1;
    std::int64_t busy = 0;
    std::int64_t in_flight = 0;
    std::deque<Token> queue;
    std::vector<Edge> edges;
    // Of a processor with a limit.
    std::priority_queue<Working> working;
    double asked = 0;      // cores, by those at work
    double quota = 0;      // core seconds, used of this period's
    double period_at = 0;  // when it began
    bool throttled = false;
    double work = 0;  // seconds of work that each has got
    double work_at = 0;
    std::uint64_t plan = 0;
  };
  struct Service {
    std::vector<Replica> replicas;
    std::vector<std::size_t> ready;
    Sender outside;
    ServiceConditions whole;
    double limit_tokens = 0;
    double limit_at = 0;
    std::deque<std::size_t> messages;  // of a consumer: their routes
    std::uint32_t sources = 0;         // only the latest is alive
  };
  struct Join {
    std::size_t left = 0;
    Token token;
  };

  void adopt(const std::vector<ServiceScene>& scenes);
  void account();
  void level(std::size_t index, double change);
  bool chance(double share) { return share > 0 && (share >= 1 || random_.uniform() < share); }
  double draw(const Distribution& law);
  double held_up(const Delay& delay);
  double sent_again(double loss);
  double late_by(const Delay& delay);
  std::size_t choose(const std::vector<double>& weights);
  const ServiceModel& model(std::size_t s) const { return scene_->model.services[s]; }
  void note(std::size_t index, double change = 1) { sums_[index] += change; }
  void occupy(std::size_t s, Replica& p, int busy, int in_flight);

  // Requests from outside, and messages of others. Both end when their rate changes.
  Task source(std::size_t s, double rate, std::uint32_t turn, bool foreign);
  // simulated_balancing.cc
  Sender new_sender(std::size_t service);
  // The replica that a request goes to; of one that has been sent before, by where retries go. Nothing: none is ready.
  std::optional<std::size_t> choose_replica(std::size_t s, Sender& sender, const Tried& tried, RetryTo to);
  Task visit(std::size_t s, std::size_t route);  // from outside
  // Why the replica cannot be reached; nothing: it can.
  std::optional<ConnectFailure> connect(std::size_t s, std::size_t route, std::size_t replica);
  bool over_limit(Service& service);
  bool can_write(const RouteModel& route, const ReplicaConditions& c);
  Task serve(std::size_t s, std::size_t route, std::size_t replica, Token caller);
  void publish(std::size_t s, std::size_t route, Token caller);
  void pump(std::size_t s);
  Task consume(std::size_t s, std::size_t route, std::size_t replica);
  Step<int> work(std::size_t s, std::size_t route, std::size_t replica);  // gives the code
  Step<int> process(std::size_t s, Replica& p, double seconds, double cores);
  void go_on(Replica& p);
  Task finish_work(std::size_t s, Replica& p, std::uint64_t plan);
  void hand_on(std::size_t s, Replica& p);
  void answer(std::size_t s, std::size_t route, const RequestConditions& c, int code, double begun, Token caller);

  Step<int> call(std::size_t s, std::size_t replica, std::size_t call);  // all of a row; gives its Ending
  Task call_beside(std::size_t s, std::size_t replica, std::size_t call, std::shared_ptr<Join> join);
  Step<int> operation(std::size_t s, std::size_t replica, std::size_t call);
  Step<int> attempts(std::size_t s, std::size_t replica, std::size_t call, bool trial);
  Step<int> attempt(std::size_t s, std::size_t replica, std::size_t call, Tried& tried);
  Step<int> exchange(std::size_t s, std::size_t replica, std::size_t call, std::optional<std::size_t> other);
  Task attempt_in_vain(std::size_t s, std::size_t replica, std::size_t call);
  Step<int> acquire(std::size_t s, std::size_t replica, std::size_t edge);
  void release(std::size_t s, std::size_t replica, std::size_t edge);
  bool stopped_by_breaker(Edge& edge, const EdgeModel& m);
  void tell_breaker(std::size_t s, std::size_t e, Edge& edge, bool trial, bool bad);

  const Scene* scene_;
  const Counters* layout_;
  Engine engine_;
  RandomStream random_;
  std::vector<Service> services_;
  std::vector<double> sums_;
  std::vector<double> levels_;  // of what is integrated
  double accounted_ = 0;
  std::vector<std::vector<float>> times_;
  FirstTimes first_times_;
  double changed_at_ = -1;
  double retry_after_ = 0;  // that the last answer asked for
};

}  // namespace firedrill::world_oracle
