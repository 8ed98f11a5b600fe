// The kubelet's prober: a script for each line of its semantics.
#include "fake_services/pods/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubelet_script.h"

namespace firedrill::fake_services {
namespace {

using test::at;
using test::Happening;
using test::run_worker;

struct Script {
  std::string_view what;
  ProbeType type;
  ProbeSpec spec;
  std::string_view answers;
  std::vector<Happening> happenings;
  double until = 60;
  std::string_view log;
};

ProbeSpec every(std::int64_t period, std::int64_t failures = 3, std::int64_t successes = 1) {
  ProbeSpec spec;
  spec.period_seconds = period;
  spec.failure_threshold = failures;
  spec.success_threshold = successes;
  return spec;
}
ProbeSpec delayed(std::int64_t delay) {
  ProbeSpec spec = every(10);
  spec.initial_delay_seconds = delay;
  return spec;
}
ProbeSpec patient(std::int64_t period, std::int64_t timeout) {
  ProbeSpec spec = every(period);
  spec.timeout_seconds = timeout;
  return spec;
}

constexpr ProbeType L = ProbeType::liveness;
constexpr ProbeType R = ProbeType::readiness;
constexpr ProbeType U = ProbeType::startup;

const Script kScripts[] = {
    {"defaults: every 10 s, third failure counts, first success counts",
     R,
     ProbeSpec{},
     "SFFFS",
     {{0, "start"}},
     50,
     "0S=success 10F 20F 30F=failure 40S=success 50S"},

    {"a probe runs at once, then on the ticker, whatever the time of the start",
     R,
     every(10),
     "S",
     {{3, "start"}},
     25,
     "10S=success 20S"},
    {"until there is a container, nothing is probed", L, every(10), "S", {{25, "start"}}, 40, "30S 40S"},

    {"liveness: success to begin with, so that a success changes nothing",
     L,
     every(10),
     "S",
     {{0, "start"}},
     10,
     "0S 10S"},
    {"readiness: failure to begin with, so that a failure changes nothing",
     R,
     every(10, 1),
     "F",
     {{0, "start"}},
     10,
     "0F 10F"},
    {"startup: unknown to begin with, so that either changes something",
     U,
     every(10, 1),
     "F",
     {{0, "start unstarted"}},
     5,
     "0F=failure"},
    {"liveness of a container that nobody ends: goes on after a failure, and says when it is well again",
     L,
     every(10, 2),
     "FFFS",
     {{0, "start"}, {0, "keep"}},
     40,
     "0F 10F=failure 20F 30S=success 40S"},
    {"startup of a container that nobody ends: goes on until it succeeds",
     U,
     every(10, 2),
     "FFFS",
     {{0, "start unstarted"}, {0, "keep"}},
     50,
     "0F 10F=failure 20F 30S=success"},
    {"readiness: failure again for each new container",
     R,
     every(10),
     "S",
     {{0, "start"}, {15, "start"}},
     20,
     "0S=success 10S 20S=success"},

    // Order of a tick.
    {"pod terminal: the worker exits",
     R,
     every(10),
     "S",
     {{0, "start"}, {15, "terminal"}},
     60,
     "0S=success 10S exited"},
    {"on hold: a failed liveness probe is not repeated before there is a new container",
     L,
     every(10, 2),
     "F",
     {{0, "start"}, {35, "start"}},
     50,
     "0F 10F=failure 40F 50F=failure"},
    {"container not running: failure without a probe",
     R,
     every(10),
     "S",
     {{0, "start"}, {15, "stop"}},
     30,
     "0S=success 10S 20=failure"},
    {"on hold comes before not running: no second verdict",
     L,
     every(10, 1),
     "F",
     {{0, "start"}, {5, "stop"}},
     30,
     "0F=failure"},
    {"on hold comes before deleting: the verdict stands",
     L,
     every(10, 1),
     "SFS",
     {{0, "start"}, {15, "delete"}},
     60,
     "0S 10F=failure"},
    {"pod deleting: liveness counts as success and stops, in the middle of a run of failures",
     L,
     every(10),
     "SFF",
     {{0, "start"}, {15, "delete"}},
     60,
     "0S 10F exited"},
    {"pod deleting: startup is forced to success and stops",
     U,
     every(10),
     "F",
     {{0, "start unstarted"}, {15, "delete"}},
     60,
     "0F 10F 20=success exited"},
    {"pod deleting: readiness goes on",
     R,
     every(10),
     "SSF",
     {{0, "start"}, {5, "delete"}},
     40,
     "0S=success 10S 20F 30F 40F=failure"},
    {"not running comes before deleting",
     L,
     every(10),
     "S",
     {{0, "start"}, {5, "stop"}, {5, "delete"}},
     20,
     "0S 10=failure"},
    {"initial delay: counted from the container's start, rounded up to a tick",
     R,
     delayed(15),
     "S",
     {{3, "start"}},
     40,
     "20S=success 30S 40S"},
    {"initial delay: exactly on a tick", R, delayed(20), "S", {{0, "start"}}, 30, "20S=success 30S"},
    {"initial delay: the start counts in whole seconds", R, delayed(20), "S", {{0.9, "start"}}, 30, "20S=success 30S"},
    {"initial delay: again for each container",
     R,
     delayed(15),
     "S",
     {{0, "start"}, {35, "start"}},
     60,
     "20S=success 30S 50S=success 60S"},
    {"not started: only startup runs (liveness)",
     L,
     every(10),
     "F",
     {{0, "start unstarted"}, {25, "started"}},
     50,
     "30F 40F 50F=failure"},
    {"not started: only startup runs (readiness)",
     R,
     every(10),
     "S",
     {{0, "start unstarted"}, {25, "started"}},
     30,
     "30S=success"},
    {"initial delay comes from the start, not from startup success",
     L,
     delayed(20),
     "S",
     {{0, "start unstarted"}, {15, "started"}},
     30,
     "20S 30S"},
    {"started: startup idles", U, every(10), "S", {{0, "start"}}, 60, ""},
    {"started: startup idles, whoever has said so",
     U,
     every(10),
     "F",
     {{0, "start unstarted"}, {15, "started"}},
     60,
     "0F 10F"},
    {"startup decides once: on hold after success too", U, every(10), "S", {{0, "start unstarted"}}, 60, "0S=success"},
    {"startup begins again with the next container",
     U,
     every(10),
     "S",
     {{0, "start unstarted"}, {5, "started"}, {25, "start unstarted"}},
     40,
     "0S=success 30S=success"},

    // Results.
    {"a result needs a run of equal outcomes: one success starts the count over",
     L,
     every(10, 3),
     "FFSFFF",
     {{0, "start"}},
     60,
     "0F 10F 20S 30F 40F 50F=failure"},
    {"success threshold: the same for becoming ready",
     R,
     every(10, 1, 3),
     "SSFSSS",
     {{0, "start"}},
     60,
     "0S 10S 20F 30S 40S 50S=success 60S"},
    {"counter back to 0 after a failed liveness probe: the new container has all its attempts",
     L,
     every(10, 2),
     "F",
     {{0, "start"}, {15, "start"}},
     60,
     "0F 10F=failure 20F 30F=failure"},
    {"without that, the run goes on over a restart",
     L,
     every(10, 3),
     "F",
     {{0, "start"}, {15, "start"}},
     20,
     "0F 10F 20F=failure"},

    // Errors, refusals, time-outs.
    {"an error is tried three times at once, and then discarded",
     R,
     every(10, 1),
     "SEEEF",
     {{0, "start"}},
     20,
     "0S=success 10E 10E 10E 20F=failure"},
    {"the second attempt counts where it is no error",
     R,
     every(10, 1),
     "SEF",
     {{0, "start"}},
     10,
     "0S=success 10E 10F=failure"},
    {"a discarded error does not break a run",
     L,
     every(10, 2),
     "SFEEEF",
     {{0, "start"}},
     30,
     "0S 10F 20E 20E 20E 30F=failure"},
    {"a failure is not tried again", R, every(10, 2), "SF", {{0, "start"}}, 20, "0S=success 10F 20F=failure"},
    {"no answer: a failure, when timeoutSeconds are over",
     R,
     every(10, 1),
     "ST",
     {{0, "start"}},
     15,
     "0S=success 10T 11=failure"},
    {"a late answer within the time-out is a success", R, every(10), "H", {{0, "start"}}, 5, "0H 0.5=success"},
    {"a warning is a success", R, every(10), "W", {{0, "start"}}, 5, "0W=success"},

    // The ticker.
    {"a probe longer than the period: one tick is kept, the others are dropped",
     R,
     patient(2, 5),
     "TS",
     {{0, "start"}},
     10,
     "0T 5S=success 6S 8S 10S"},
    {"each time-out follows the other where the time-out is longer than the period",
     L,
     patient(2, 5),
     "T",
     {{0, "start"}},
     20,
     "0T 5T 10T 15=failure"},
    {"a requested probe runs at once, and the ticker starts over",
     R,
     every(10),
     "S",
     {{0, "start"}, {3, "trigger"}},
     25,
     "0S=success 3S 13S 23S"},
    {"one request is kept while a probe is under way",
     R,
     patient(10, 5),
     "TS",
     {{0, "start"}, {2, "trigger"}, {3, "trigger"}},
     20,
     "0T 5S=success 15S"},
    {"a request goes before a tick that waits as well, which is dropped",
     R,
     patient(2, 5),
     "TS",
     {{0, "start"}, {1, "trigger"}},
     8,
     "0T 5S=success 7S"},
    {"stopped: a probe under way is finished, none is begun",
     R,
     patient(10, 5),
     "T",
     {{0, "start"}, {2, "end"}},
     60,
     "0T exited"},
};

TEST(Prober, FollowsEachLineOfTheKubeletsSemantics) {
  for (const Script& s : kScripts) {
    EXPECT_EQ(run_worker(s.type, s.spec, s.answers, s.happenings, s.until), s.log) << s.what;
  }
}

TEST(Prober, HasKubernetessDefaults) {
  const ProbeSpec spec;
  EXPECT_EQ(spec.period_seconds, 10);
  EXPECT_EQ(spec.timeout_seconds, 1);
  EXPECT_EQ(spec.success_threshold, 1);
  EXPECT_EQ(spec.failure_threshold, 3);
  EXPECT_EQ(spec.initial_delay_seconds, 0);
  EXPECT_FALSE(spec.termination_grace_period_seconds);
  EXPECT_EQ(PodSpec().termination_grace_period_seconds, 30);
}

ServiceSpec service_with(std::optional<ProbeSpec> ServiceSpec::* probe, const ProbeSpec& spec) {
  ServiceSpec service;
  service.name = "checkout";
  service.*probe = spec;
  (service.*probe)->tcp_socket = ProbeSpec::TcpSocket{.port = "8080", .host = {}};
  return service;
}

TEST(Prober, ThresholdsAndGracePeriodsThatKubernetesRejectsAreRejected) {
  ProbeSpec twice;
  twice.success_threshold = 2;
  ProbeSpec grace;
  grace.termination_grace_period_seconds = 5;
  const struct {
    std::optional<ProbeSpec> ServiceSpec::* probe;
    ProbeSpec spec;
    std::size_t problems;
  } cases[] = {
      {&ServiceSpec::liveness_probe, twice, 1},  {&ServiceSpec::startup_probe, twice, 1},
      {&ServiceSpec::readiness_probe, twice, 0}, {&ServiceSpec::liveness_probe, grace, 0},
      {&ServiceSpec::startup_probe, grace, 0},   {&ServiceSpec::readiness_probe, grace, 1},
  };
  for (const auto& c : cases) {
    Topology topology;
    topology.services = {service_with(c.probe, c.spec)};
    EXPECT_EQ(validate(topology).size(), c.problems);
  }
}

// result() is what readers of the result cache get: for a container that the worker has not met, the initial value.
TEST(Prober, TheResultOfAnUnknownContainerIsTheInitialValue) {
  const struct {
    ProbeType type;
    ProbeResult initial;
  } cases[] = {{L, ProbeResult::success}, {R, ProbeResult::failure}, {U, ProbeResult::unknown}};
  for (const auto& c : cases) {
    Worker worker(c.type, ProbeSpec{}, at(0));
    EXPECT_EQ(worker.result(0), c.initial);
    EXPECT_EQ(worker.result(7), c.initial);
  }
}

TEST(Prober, CountsWhatProberProbeTotalCounts) {
  Worker worker(R, every(1), at(0));
  test::Answers answers("SSFWEEEF");
  const ContainerView view{.id = 1, .running = true, .started = true, .started_at = at(0)};
  for (int i = 0; i < 6; ++i) {
    worker.tick(*worker.next_tick(), view,
                [&](ProbeType, const ProbeSpec&, Time) { return test::outcome(answers.next()); });
  }
  EXPECT_EQ(worker.counts().successful, 3u);  // S S W; the errors are counted nowhere
  EXPECT_EQ(worker.counts().failed, 2u);
  EXPECT_EQ(worker.counts().warnings, 1u);
}

TEST(Prober, TimeSpentOnErrorsDelaysTheAttemptThatCounts) {
  Worker worker(R, patient(10, 5), at(0));
  const ContainerView view{.id = 1, .running = true, .started = true, .started_at = at(0)};
  std::vector<Time> attempts;
  const auto run = [&](ProbeType, const ProbeSpec&, Time now) {
    attempts.push_back(now);
    const bool error = attempts.size() < 3;
    return ProbeOutcome{.verdict = error ? ProbeVerdict::error : ProbeVerdict::success, .took = 2s};
  };
  EXPECT_FALSE(worker.tick(at(0), view, run));
  EXPECT_THAT(attempts, testing::ElementsAre(at(0), at(2), at(4)));
  EXPECT_EQ(worker.next_tick(), at(6));
  const auto published = worker.tick(at(6), view, run);
  ASSERT_TRUE(published);
  EXPECT_EQ(published->result, ProbeResult::success);
  EXPECT_EQ(worker.next_tick(), at(10));
}

TEST(Prober, WaitsNoLongerThanUntilItIsDueAgain) {
  const ProbeSpec probe{.timeout_seconds = 1, .period_seconds = 5};
  EXPECT_EQ(timeout_at(probe, 1), 1000ms);
  EXPECT_EQ(timeout_at(probe, 5), 1000ms);
  EXPECT_EQ(timeout_at(probe, 10), 500ms);
  EXPECT_DOUBLE_EQ(speed_with_timeout(probe, 500ms), 10);
  EXPECT_EQ(timeout_at({.timeout_seconds = 4, .period_seconds = 2}, 10), 400ms);
}

}  // namespace
}  // namespace firedrill::fake_services
