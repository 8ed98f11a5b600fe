// A pod from its creation on: what its probes and its container's ends do to its place among the endpoints.
#include "fake_services/pods/pod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kubelet_script.h"

namespace firedrill::fake_services {
namespace {

using test::at;
using test::ScriptedProcess;

ProbeSpec every(std::int64_t period, std::int64_t failures = 3) {
  ProbeSpec spec;
  spec.period_seconds = period;
  spec.failure_threshold = failures;
  return spec;
}
ProbeSpec with_grace(ProbeSpec spec, std::int64_t grace) {
  spec.termination_grace_period_seconds = grace;
  return spec;
}

ProbeSpec with_timeout(ProbeSpec spec, std::int64_t timeout) {
  spec.timeout_seconds = timeout;
  return spec;
}

// "S" for so many seconds, "F" for so many, …
std::string seconds(std::initializer_list<std::pair<char, std::size_t>> runs) {
  std::string out;
  for (const auto& [letter, times] : runs) out.append(times, letter);
  return out;
}

struct Script {
  std::string_view what;
  PodSpec spec;
  ScriptedProcess process;
  std::vector<std::pair<double, Exit>> exits;
  double removed_at = -1;
  double until = 100;
  std::string_view log;
};

std::string run(const Script& s) {
  Pod pod(s.spec, at(0));
  ScriptedProcess process = s.process;
  std::vector<PodEvent> events;
  for (const auto& [when, exit] : s.exits) {
    test::run_until(pod, process, at(when), events);
    pod.exited(at(when), exit, events);
  }
  if (s.removed_at >= 0) {
    test::run_until(pod, process, at(s.removed_at), events);
    pod.remove(at(s.removed_at), process, events);
  }
  test::run_until(pod, process, at(s.until), events);
  return test::describe(events);
}

ScriptedProcess answering(std::string liveness, std::string readiness = "S", std::string startup = "S") {
  ScriptedProcess process;
  process.liveness = std::move(liveness);
  process.readiness = std::move(readiness);
  process.startup = std::move(startup);
  return process;
}
ScriptedProcess deaf(ScriptedProcess process) {
  process.stops_in = std::nullopt;
  return process;
}

TEST(Pod, FollowsItsProbes) {
  const Script scripts[] = {
      {.what = "without probes it is ready as soon as its container runs",
       .spec = {},
       .process = {},
       .exits = {},
       .log = R"(
1 container.started
1 endpoint.ready
)"},
      {.what = "a started container that is not ready is probed at once",
       .spec = {.readiness_probe = every(10)},
       .process = {},
       .exits = {},
       .log = R"(
1 container.started
1 probe.success readiness
1 endpoint.ready
)"},
      {.what = "readiness goes with the probe; the extra probe after a failure starts the ticker over",
       .spec = {.readiness_probe = every(10, 2)},
       .process = answering("S", seconds({{'S', 20}, {'T', 30}, {'S', 1}})),
       .exits = {},
       .log = R"(
1 container.started
1 probe.success readiness
1 endpoint.ready
32 probe.failure readiness (no response within 1 s)
32 endpoint.unready
52 probe.success readiness
52 endpoint.ready
)"},
      {.what = "the startup probe holds the others back, then readiness is asked at once",
       .spec = {.liveness_probe = every(10, 1), .readiness_probe = every(7), .startup_probe = every(10, 30)},
       .process = answering(seconds({{'F', 45}, {'S', 1}}), "S", seconds({{'F', 45}, {'S', 1}})),
       .exits = {},
       .log = R"(
1 container.started
50 probe.success startup
50 probe.success readiness
50 endpoint.ready
)"},
      {.what = "what a probe finds out about a container that is gone does not touch the next one",
       .spec = {.liveness_probe = with_timeout(every(10, 1), 5)},
       .process = answering(seconds({{'S', 10}, {'T', 5}, {'S', 1}})),
       .exits = {{12, Exit{.code = 1}}},
       .log = R"(
1 container.started
1 endpoint.ready
12 container.exited (Error, exit code 1)
12 endpoint.unready
13 container.restarted (Error, exit code 1)
13 endpoint.ready
)"},
      {.what = "a failed startup probe restarts the container, with the probe's own grace period",
       .spec = {.startup_probe = with_grace(every(10, 2), 5)},
       .process = deaf(answering("S", "S", "F")),
       .exits = {},
       .until = 40,
       .log = R"(
1 container.started
20 probe.failure startup (HTTP probe failed with status code 503)
20 container.killed (the startup probe failed)
25 container.exited (Error, exit code 137)
26 container.restarted (Error, exit code 137)
40 probe.failure startup (HTTP probe failed with status code 503)
40 container.killed (the startup probe failed)
)"},
      {.what = "a failed liveness probe restarts it; it serves until it has ended, and readiness is told apart",
       .spec = {.liveness_probe = every(10), .readiness_probe = every(10)},
       .process = answering(seconds({{'S', 15}, {'F', 30}, {'S', 1}})),
       .exits = {},
       .log = R"(
1 container.started
1 probe.success readiness
1 endpoint.ready
40 probe.failure liveness (HTTP probe failed with status code 503)
40 container.killed (the liveness probe failed)
41 container.exited (Completed, exit code 0)
41 endpoint.unready
42 container.restarted (Completed, exit code 0)
42 probe.success readiness
42 endpoint.ready
)"},
      {.what = "a deadlocked process is killed after the pod's grace period",
       .spec = {.liveness_probe = every(10), .termination_grace_period_seconds = 20},
       .process = deaf(answering(seconds({{'S', 15}, {'T', 30}, {'S', 1}}))),
       .exits = {},
       .log = R"(
1 container.started
1 endpoint.ready
41 probe.failure liveness (no response within 1 s)
41 container.killed (the liveness probe failed)
61 container.exited (Error, exit code 137)
61 endpoint.unready
62 container.restarted (Error, exit code 137)
62 endpoint.ready
)"},
      {.what = "the liveness probe's own grace period comes before the pod's",
       .spec = {.liveness_probe = with_grace(every(10, 1), 3), .termination_grace_period_seconds = 20},
       .process = deaf(answering(seconds({{'S', 15}, {'F', 10}, {'S', 1}}))),
       .exits = {},
       .log = R"(
1 container.started
1 endpoint.ready
20 probe.failure liveness (HTTP probe failed with status code 503)
20 container.killed (the liveness probe failed)
23 container.exited (Error, exit code 137)
23 endpoint.unready
24 container.restarted (Error, exit code 137)
24 endpoint.ready
)"},
      {.what = "a crash loop",
       .spec = {.readiness_probe = every(10)},
       .process = {},
       .exits = {{5, Exit{.code = 1}}, {8, Exit{.code = 1}}, {22, Exit{.code = 1}}},
       .until = 43,
       .log = R"(
1 container.started
1 probe.success readiness
1 endpoint.ready
5 container.exited (Error, exit code 1)
5 endpoint.unready
6 container.restarted (Error, exit code 1)
6 probe.success readiness
6 endpoint.ready
8 container.exited (Error, exit code 1)
8 container.backoff (10 s)
8 endpoint.unready
19 container.restarted (Error, exit code 1)
19 probe.success readiness
19 endpoint.ready
22 container.exited (Error, exit code 1)
22 container.backoff (20 s)
22 endpoint.unready
43 container.restarted (Error, exit code 1)
43 probe.success readiness
43 endpoint.ready
)"},
      {.what = "out of memory",
       .spec = {},
       .process = {},
       .exits = {{50, Exit{.code = 137, .out_of_memory = true}}},
       .log = R"(
1 container.started
1 endpoint.ready
50 container.oom_killed (OOMKilled, exit code 137)
50 endpoint.unready
51 container.restarted (OOMKilled, exit code 137)
51 endpoint.ready
)"},
      {.what = "a deleted pod leaves the endpoints before its container ends; probes' grace periods do not count",
       .spec = {.liveness_probe = with_grace(every(10), 3)},
       .process = deaf({}),
       .exits = {},
       .removed_at = 20,
       .log = R"(
1 container.started
1 endpoint.ready
20 endpoint.unready
20 container.killed (the pod is deleted)
50 container.exited (Error, exit code 137)
50 pod.removed
)"},
      {.what = "a pod that waits for a restart is removed at once",
       .spec = {},
       .process = {},
       .exits = {{5, Exit{.code = 1}}, {8, Exit{.code = 1}}},
       .removed_at = 10,
       .log = R"(
1 container.started
1 endpoint.ready
5 container.exited (Error, exit code 1)
5 endpoint.unready
6 container.restarted (Error, exit code 1)
6 endpoint.ready
8 container.exited (Error, exit code 1)
8 container.backoff (10 s)
8 endpoint.unready
10 pod.removed
)"},
      {.what = "a redirect to another host is a success with a warning",
       .spec = {.readiness_probe = every(10)},
       .process = answering("S", "W"),
       .exits = {},
       .log = R"(
1 container.started
1 probe.success readiness warning
1 endpoint.ready
)"},
  };
  for (const Script& s : scripts) EXPECT_EQ(run(s), s.log) << s.what;
}

TEST(Pod, ThatHasBeenRunningKeepsItsRhythm) {
  Pod pod = Pod::running_since({.liveness_probe = every(10, 2), .readiness_probe = every(5)}, at(3), at(100));
  EXPECT_TRUE(pod.endpoint());
  EXPECT_EQ(pod.next_event(), at(103));
  ScriptedProcess process = answering(seconds({{'S', 110}, {'F', 30}, {'S', 1}}));
  std::vector<PodEvent> events;
  test::run_until(pod, process, at(140), events);
  EXPECT_EQ(test::describe(events), R"(
123 probe.failure liveness (HTTP probe failed with status code 503)
123 container.killed (the liveness probe failed)
124 container.exited (Completed, exit code 0)
124 endpoint.unready
125 container.restarted (Completed, exit code 0)
125 probe.success readiness
125 endpoint.ready
)");
}

TEST(Pod, ThatIsRestartedByItsLivenessProbeAgainAndAgainEndsInBackOff) {
  Pod pod({.liveness_probe = every(10)}, at(0));
  ScriptedProcess process = answering("F");
  std::vector<PodEvent> events;
  test::run_until(pod, process, at(600), events);
  std::string backoffs;
  for (const PodEvent& event : events) {
    if (event.kind == EventKind::container_backoff) backoffs += test::describe(event) + "\n";
  }
  EXPECT_EQ(backoffs,
            "151 container.backoff (40 s)\n221 container.backoff (80 s)\n331 container.backoff (160 s)\n"
            "521 container.backoff (300 s)\n");
}

// The kubelet decides on a restart within failureThreshold × period + timeout of the fault; where the time-out is
// longer than the period, it stands in the period's place.
TEST(Pod, IsRestartedWithinTheTimeThatItsLivenessProbePromises) {
  RandomStream random(7, "liveness");
  for (int round = 0; round < 2000; ++round) {
    ProbeSpec spec =
        every(1 + static_cast<std::int64_t>(random.below(20)), 1 + static_cast<std::int64_t>(random.below(5)));
    spec.timeout_seconds = 1 + static_cast<std::int64_t>(random.below(25));
    spec.initial_delay_seconds = static_cast<std::int64_t>(random.below(40));
    const Time fault = at(100 + static_cast<double>(random.below(50000)) / 1000);

    class Faulty : public Process {
     public:
      Faulty(RandomStream& chance, Time from, const ProbeSpec& probe) : random_(chance), from_(from), spec_(probe) {}
      ProbeOutcome probe(ProbeType, const ProbeSpec&, Time now) override {
        const Duration timeout = std::chrono::seconds(spec_.timeout_seconds);
        if (now >= from_) return random_.below(2) == 0 ? test::outcome('F') : test::outcome('T');
        ProbeOutcome healthy;
        healthy.took = Duration(static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(timeout.count()))));
        // Single failures before the fault, never enough of them to restart.
        const bool fails = ++failures_ < spec_.failure_threshold && random_.below(3) == 0;
        if (!fails) failures_ = 0;
        healthy.verdict = fails ? ProbeVerdict::failure : ProbeVerdict::success;
        return healthy;
      }
      std::optional<Duration> shutdown(Time) override { return std::nullopt; }

     private:
      RandomStream& random_;
      Time from_;
      ProbeSpec spec_;
      std::int64_t failures_ = 0;
    } process(random, fault, spec);

    Pod pod({.liveness_probe = spec}, at(0));
    std::vector<PodEvent> events;
    test::run_until(pod, process, at(600), events);
    const auto killed =
        std::ranges::find(events, EventKind::container_killed, [](const PodEvent& e) { return e.kind; });
    ASSERT_NE(killed, events.end()) << round;
    const auto step = std::chrono::seconds(std::max(spec.period_seconds, spec.timeout_seconds));
    const Duration bound = spec.failure_threshold * step + std::chrono::seconds(spec.timeout_seconds);
    EXPECT_GE(killed->at, fault) << round;
    EXPECT_LE(killed->at, fault + bound) << round << ": period " << spec.period_seconds << ", timeout "
                                         << spec.timeout_seconds << ", failures " << spec.failure_threshold
                                         << ", fault at " << test::text(fault);
  }
}

// Coasting over a steady stretch leaves the same pod as making each of its ticks: the same counts, and the same events
// at the same times when something happens afterwards.
TEST(Pod, CoastsToWhereSteppingLeads) {
  RandomStream random(5, "coast");
  int coasted = 0;
  for (int round = 0; round < 500; ++round) {
    const auto probe = [&] {
      ProbeSpec spec =
          every(1 + static_cast<std::int64_t>(random.below(15)), 1 + static_cast<std::int64_t>(random.below(3)));
      spec.initial_delay_seconds = static_cast<std::int64_t>(random.below(20));
      return spec;
    };
    PodSpec spec{.liveness_probe = probe(), .readiness_probe = probe()};
    if (random.below(2) == 0) spec.startup_probe = probe();
    const std::size_t fault = 100 + random.below(500);
    ScriptedProcess process = answering(seconds({{'S', fault}, {'F', 60}, {'S', 1}}));
    const Time crash = at(static_cast<double>(fault) + 200);

    std::string logs[2];
    Worker::Counts counts[2];
    for (const bool coasting : {false, true}) {
      Pod pod(spec, at(0));
      std::vector<PodEvent> events;
      const auto run_to = [&](Time until) {
        while (pod.next_event() && *pod.next_event() < until) {
          if (coasting && pod.steady()) {
            ++coasted;
            pod.coast(until);
            break;
          }
          pod.step(*pod.next_event(), process, events);
        }
      };
      run_to(at(static_cast<double>(fault)));
      test::run_until(pod, process, at(static_cast<double>(fault) + 120), events);
      run_to(crash);
      pod.exited(crash, Exit{.code = 1}, events);
      test::run_until(pod, process, at(1000), events);
      logs[coasting] = test::describe(events);
      counts[coasting] = pod.worker(ProbeType::liveness)->counts();
    }
    EXPECT_EQ(logs[0], logs[1]) << round;
    EXPECT_EQ(counts[0].successful, counts[1].successful) << round;
    EXPECT_EQ(counts[0].failed, counts[1].failed) << round;
  }
  EXPECT_GT(coasted, 500);
}

// Whatever happens to it, a pod is an endpoint exactly between its ready and unready events, and only while it runs.
TEST(Pod, EndpointEventsAgreeWithItsState) {
  RandomStream random(11, "pods");
  for (int round = 0; round < 300; ++round) {
    const auto letters = [&] {
      std::string out;
      while (out.size() < 400) out.append(1 + random.below(60), "SSSFTHE"[random.below(7)]);
      return out;
    };
    ScriptedProcess process = answering(letters(), letters(), letters());
    if (random.below(2) == 0) process.stops_in = std::nullopt;
    PodSpec spec{.liveness_probe = every(7, 2), .readiness_probe = every(5, 1)};
    if (random.below(2) == 0) spec.startup_probe = every(3, 4);
    Pod pod(spec, at(0));
    std::vector<PodEvent> events;
    bool endpoint = false;
    std::uint64_t restarts = 0;
    for (Time now = at(0); now < at(400); now = std::max(now + 1ms, *pod.next_event())) {
      events.clear();
      pod.step(now, process, events);
      if (random.below(40) == 0) pod.exited(now, Exit{.code = static_cast<int>(random.below(3))}, events);
      for (const PodEvent& event : events) {
        if (event.kind == EventKind::endpoint_ready || event.kind == EventKind::endpoint_unready) {
          ASSERT_NE(endpoint, event.kind == EventKind::endpoint_ready);
          endpoint = !endpoint;
        }
        if (event.kind == EventKind::container_restarted) ++restarts;
      }
      ASSERT_EQ(pod.endpoint(), endpoint);
      ASSERT_TRUE(pod.running() || !endpoint);
      ASSERT_EQ(pod.container().restarts, restarts);
      ASSERT_TRUE(pod.next_event());
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
