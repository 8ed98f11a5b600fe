// What becomes of the pods' events in the record.
#include "driver/recorder.h"

#include <gtest/gtest.h>

#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;
using fake_services::EventKind;
using fake_services::ProbeType;

constexpr Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 3 / 3);

Event pod_event(Duration at, EventKind kind) {
  Event event{.t = kStart + at, .kind = kind, .subject = "web-front-1", .fields = {}};
  event.with("service", std::string("web-front")).with("instance", std::string("web-front-1:9000"));
  return event;
}

scenario::LoadedScenario shop() {
  scenario::LoadedScenario scenario;
  fake_services::Topology& out = scenario.topology;
  out.services.resize(2);
  out.services[0].name = "web-front";
  out.services[0].replicas = 2;
  out.services[0].port = 9000;
  out.services[1].name = "db";
  return scenario;
}

TEST(Recorder, WritesDownWhatHappensToPods) {
  record::Record record;
  const scenario::LoadedScenario scenario = shop();
  Recorder recorder(record, scenario, nullptr);
  recorder.on_event(pod_event(10s, EventKind::probe_failure)
                        .with("probe", std::string("liveness"))
                        .with("reason", std::string("connection refused")));
  recorder.on_event(pod_event(11s, EventKind::container_exited));
  recorder.on_event(pod_event(11s, EventKind::container_backoff).with("delay_seconds", 80.0));
  recorder.on_event(pod_event(95s, EventKind::probe_success).with("probe", std::string("readiness")));
  const fake_services::ProbeState states[] = {
      {"web-front", "web-front-1", "web-front-1:9000", ProbeType::liveness, 40, 3},
      {"web-front", "web-front-1", "web-front-1:9000", ProbeType::readiness, 80, 0},
  };
  recorder.finish({}, states);
  std::string log = "\n";
  for (const Event& event : record.timeline) log += events::describe(event) + "\n";
  EXPECT_EQ(log, R"(
liveness probe of web-front-1 fails: connection refused
web-front-1 waits 1 m 20 s before its next start
readiness probe of web-front-1 succeeds
)");
  ASSERT_EQ(record.probes.size(), 2u);
  EXPECT_EQ(record.probes[0].instance, "web-front-1:9000");
  EXPECT_EQ(record.probes[0].checks, 40u);
  EXPECT_EQ(record.probes[0].failures, 3u);
  ASSERT_EQ(record.probes[0].transitions.size(), 1u);
  EXPECT_FALSE(record.probes[0].transitions[0].success);
  EXPECT_EQ(record.probes[0].transitions[0].detail, "connection refused");
  EXPECT_TRUE(record.probes[1].transitions.at(0).success);
}

}  // namespace
}  // namespace firedrill::driver
