// Load balancing and where retries go: against simulations of single requests, and as callers see it.
#include "fake_services/traffic/balancing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <queue>

#include "base/random.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// What each of the replicas gets of a sender's requests, who sends to the one that owes the fewest responses.
std::vector<double> send(const std::vector<double>& owes_s, double rate, int requests) {
  RandomStream chance(1, "sender");
  struct End {
    double at;
    std::size_t replica;
    bool operator<(const End& other) const { return at > other.at; }
  };
  std::priority_queue<End> ends;
  std::vector<int> owed(owes_s.size(), 0);
  std::vector<double> sent(owes_s.size(), 0);
  double t = 0;
  for (int n = 0; n < requests; ++n) {
    t += chance.exponential(1 / rate);
    for (; !ends.empty() && ends.top().at <= t; ends.pop()) --owed[ends.top().replica];
    std::vector<std::size_t> open;
    const int least = *std::ranges::min_element(owed);
    for (std::size_t r = 0; r < owed.size(); ++r) {
      if (owed[r] == least) open.push_back(r);
    }
    const std::size_t r = open[chance.below(open.size())];
    ++owed[r];
    sent[r] += 1.0 / requests;
    ends.push({t + chance.exponential(owes_s[r]), r});
  }
  return sent;
}

TEST(LeastRequests, SpreadAsASimulationDoes) {
  struct Case {
    const char* name;
    double usual_s, odd_s, rate;
  };
  for (const Case& c : {Case{"slow", 0.02, 0.2, 60}, Case{"slow and busy", 0.02, 0.2, 400},
                        Case{"never answers", 0.02, 5, 100}, Case{"fails at once", 0.02, 0.001, 150},
                        Case{"fails at once, idle", 0.02, 0.001, 5}, Case{"fails at once, busy", 0.02, 0.001, 1000}}) {
    SCOPED_TRACE(c.name);
    LeastRequests least;
    std::vector<double> drawn;
    const std::vector<Alike> kinds = {{2, c.usual_s}, {1, c.odd_s}};
    least.spread(c.rate, 1, kinds, drawn);
    const std::vector<double> sent = send({c.usual_s, c.usual_s, c.odd_s}, c.rate, 100000);
    EXPECT_NEAR(drawn[1] / 3, sent[2], 0.005 + 0.04 * sent[2]);
    EXPECT_NEAR(2 * drawn[0] + drawn[1], 3, 1e-9);
  }
}

// A replica of which each request takes a worker for so long; without workers all are served at once.
struct Served {
  double works_s = 0;
  int workers = 0;
};

// The same for replicas whose requests wait for workers, and for several senders, each of which knows what it has sent
// itself. `rate`: of all of them.
std::vector<double> send_to(const std::vector<Served>& replicas, std::size_t senders, double rate, int requests) {
  RandomStream chance(2, "senders");
  struct End {
    double at;
    std::size_t replica, sender;
    bool operator<(const End& other) const { return at > other.at; }
  };
  std::priority_queue<End> ends;
  std::vector<std::vector<int>> owed(senders, std::vector<int>(replicas.size(), 0));
  std::vector<std::deque<std::size_t>> waiting(replicas.size());
  std::vector<int> busy(replicas.size(), 0);
  std::vector<double> sent(replicas.size(), 0);
  const auto begin = [&](double t, std::size_t r, std::size_t sender) {
    ++busy[r];
    ends.push({t + chance.exponential(replicas[r].works_s), r, sender});
  };
  double t = 0;
  for (int n = 0; n < requests; ++n) {
    t += chance.exponential(1 / rate);
    while (!ends.empty() && ends.top().at <= t) {
      const End end = ends.top();
      ends.pop();
      --owed[end.sender][end.replica];
      --busy[end.replica];
      if (waiting[end.replica].empty()) continue;
      begin(end.at, end.replica, waiting[end.replica].front());
      waiting[end.replica].pop_front();
    }
    const std::size_t sender = chance.below(senders);
    std::vector<std::size_t> open;
    const int least = *std::ranges::min_element(owed[sender]);
    for (std::size_t r = 0; r < replicas.size(); ++r) {
      if (owed[sender][r] == least) open.push_back(r);
    }
    const std::size_t r = open[chance.below(open.size())];
    ++owed[sender][r];
    sent[r] += 1.0 / requests;
    if (replicas[r].workers > 0 && busy[r] >= replicas[r].workers) {
      waiting[r].push_back(sender);
    } else {
      begin(t, r, sender);
    }
  }
  return sent;
}

// Who waits for a worker is owed as well, and where there are few of these that is most of it.
TEST(LeastRequests, KnowOfWhoWaitsForAWorker) {
  for (const int workers : {1, 2, 8}) {
    for (const double odd_s : {0.0005, 0.05, 0.2}) {
      for (const double load : {0.4, 0.9}) {
        for (const std::size_t senders : {1, 2, 6}) {
          SCOPED_TRACE(testing::Message() << workers << " workers, odd one " << odd_s << " s, load " << load << ", "
                                          << senders << " senders");
          constexpr double kUsual = 0.02;
          const bool fails = odd_s < 0.001;  // at once, without a worker
          const double most = workers * (2 / kUsual + (fails ? 0 : 1 / odd_s));
          const Served usual{kUsual, workers};
          const Served odd{odd_s, fails ? 0 : workers};
          const double sent = send_to({usual, usual, odd}, senders, load * most, 200000)[2];
          const auto kind = [&](double replicas, const Served& s) {
            Alike alike{.replicas = replicas, .owes_s = s.works_s};
            if (s.workers > 0) alike.works_s = s.works_s;
            if (s.workers > 0) alike.workers = s.workers;
            return alike;
          };
          const std::vector<Alike> kinds = {kind(2, usual), kind(1, odd)};
          LeastRequests least;
          std::vector<double> drawn;
          least.spread(load * most / static_cast<double>(senders), static_cast<double>(senders), kinds, drawn);
          EXPECT_NEAR(drawn[1] / 3, sent, 0.005 + (senders == 1 ? 0.04 : 0.08) * sent);
        }
      }
    }
  }
}

// api, three replicas, called by web; whatever the test makes of them.
WorldSpec three_behind(LoadBalancing policy, std::vector<FaultSpec> faults, DependencySpec::Retries retries = {},
                       double requests_per_second = 200) {
  WorldSpec spec;
  ServiceSpec web = service("web", 1, {"constant", 2ms, {}, {}, {}});
  web.concurrency = 500;
  web.routes = {route("GET", "/", {}, {call("api")})};
  web.dependencies = {dependency("api", 2s)};
  web.dependencies[0].pool.size = 500;
  web.dependencies[0].retries = retries;
  web.traffic.emplace();
  web.traffic->requests_per_second = requests_per_second;
  ServiceSpec api = service("api", 3, {"exponential", {}, {}, {}, 30ms});
  api.load_balancing = policy;
  api.concurrency = 8;
  spec.topology.services = {web, api};
  EXPECT_TRUE(validate(spec.topology).empty());
  complete(spec.topology);
  spec.faults = std::move(faults);
  spec.seed = 5;
  spec.start = spec.origin = *parse_instant("2026-03-03T12:00:00Z");
  return spec;
}

FaultSpec failing() {
  Fields fields;
  fields.set("code", std::int64_t{500}, {});
  return fault("f", "http_error", target_of("api", "one"), 1min, 30min, fields);
}

// Black hole: who fails at once is free at once, and gets most of what comes.
TEST(LoadBalancing, WhoFailsAtOnceGetsMoreByLeastRequests) {
  Drill random(three_behind(LoadBalancing::random, {failing()}));
  Drill least(three_behind(LoadBalancing::least_requests, {failing()}));
  Drill turns(three_behind(LoadBalancing::round_robin, {failing()}));
  for (Drill* drill : {&random, &least, &turns}) drill->run_for(20min);
  EXPECT_NEAR(random.error_ratio("web", 10), 1.0 / 3, 0.01);
  EXPECT_NEAR(turns.error_ratio("web", 10), 1.0 / 3, 0.01);
  EXPECT_GT(least.error_ratio("web", 10), 0.6);
}

TEST(LoadBalancing, WhoHangsGetsLessByLeastRequests) {
  const auto hangs = [](LoadBalancing policy) {
    WorldSpec spec = three_behind(policy, {fault("f", "hang", target_of("api", "one"), 1min, 30min)});
    spec.topology.services[1].queue = 5000;  // once it is full, requests are turned away at once
    return spec;
  };
  Drill random(hangs(LoadBalancing::random));
  Drill least(hangs(LoadBalancing::least_requests));
  for (Drill* drill : {&random, &least}) drill->run_for(20min);
  EXPECT_GT(random.error_ratio("web", 10), 0.3);
  EXPECT_LT(least.error_ratio("web", 10), 0.05);
  EXPECT_GT(least.error_ratio("web", 10), 0.001);
}

TEST(LoadBalancing, WhoIsSlowGetsLessByLeastRequests) {
  const auto slow = [] {
    Fields fields;
    fields.set("p50", Duration(300ms), {});
    return fault("f", "latency", target_of("api", "one"), 1min, 30min, fields);
  };
  Drill random(three_behind(LoadBalancing::random, {slow()}, {}, 60));
  Drill least(three_behind(LoadBalancing::least_requests, {slow()}, {}, 60));
  for (Drill* drill : {&random, &least}) drill->run_for(30min);
  EXPECT_GT(latency_quantile(random.truth("web", 10).latency, 0.85), 0.25);
  EXPECT_LT(latency_quantile(least.truth("web", 10).latency, 0.85), 0.2);
}

// One of three fails all: a retry anywhere meets it in a third of cases, one elsewhere never, one there always.
TEST(Retries, GoToAnotherOrToTheSameReplica) {
  const auto errors = [](RetryTo to) {
    DependencySpec::Retries retries{1, 10, 5ms};
    retries.to = to;
    Drill drill(three_behind(LoadBalancing::random, {failing()}, retries));
    drill.run_for(20min);
    return drill.error_ratio("web", 10);
  };
  EXPECT_NEAR(errors(RetryTo::any), 1.0 / 9, 0.01);
  EXPECT_LT(errors(RetryTo::another), 1e-4);
  EXPECT_NEAR(errors(RetryTo::same), 1.0 / 3, 0.01);
}

// Of four replicas two fail: two retries elsewhere find one that does not, one does so in two of three cases.
TEST(Retries, ToAnotherDoNotReturn) {
  std::vector<Attempt> at(2);
  at[0].retryable = at[0].error = 1;
  at[1].success = 1;
  Tries tries;
  tries.at = at;
  const std::vector<Sent> kinds = {{2, 1}, {2, 1}};
  go_by_replica(tries, kinds, RetryTo::another, 3);
  EXPECT_NEAR(tries.nth[0].success, 0.5, 1e-12);
  EXPECT_NEAR(tries.nth[1].success, 2.0 / 3, 1e-12);
  EXPECT_NEAR(tries.nth[2].success, 1, 1e-12);
  // Both have been tried where there are no others: it begins anew.
  const std::vector<Sent> broken = {{2, 1}, {0, 1}};
  go_by_replica(tries, broken, RetryTo::another, 3);
  for (const Attempt& attempt : tries.nth) EXPECT_NEAR(attempt.success, 0, 1e-12);
}

}  // namespace
}  // namespace firedrill::fake_services
