// What becomes of the pods' events in the record.
#include "driver/recorder.h"

#include <gtest/gtest.h>

#include "base/format.h"
#include "incident/timeline.h"

namespace firedrill::driver {
namespace {

using fake_services::PodEvent;
using fake_services::PodEventKind;
using fake_services::ProbeType;

constexpr Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 3 / 3);

fake_services::WorldEvent pod_event(Duration at, std::string pod, PodEvent event) {
  event.at = kStart + at;
  return {event.at, fake_services::WorldEventKind::pod, std::move(pod), {}, std::move(event)};
}

fake_services::Topology topology() {
  fake_services::Topology out;
  out.services.resize(2);
  out.services[0].name = "web-front";
  out.services[0].replicas = 2;
  out.services[0].port = 9000;
  out.services[1].name = "db";
  return out;
}

// "60 container_backoff web-front-1: ‹text› {field=value, …}"
std::string line(const incident::Event& event) {
  std::string out = format("{} {} {}", to_seconds(event.t - kStart), incident::to_string(event.kind), event.subject);
  for (const char* name : {"service", "instance", "probe", "reason"}) {
    if (event.find(name) != nullptr) out += format(" {}={}", name, event.text(name));
  }
  for (const char* name : {"restarts", "delay_seconds", "ready"}) {
    if (event.find(name) != nullptr) out += format(" {}={:g}", name, event.number(name));
  }
  return out + "\n";
}

TEST(Recorder, WritesDownWhatHappensToPods) {
  incident::Record record;
  Recorder recorder(record, topology());
  const fake_services::WorldEvent events[] = {
      pod_event(10s, "web-front-1",
                {.kind = PodEventKind::probe_failure, .probe = ProbeType::liveness, .detail = "connection refused"}),
      pod_event(10s, "web-front-1", {.kind = PodEventKind::container_killed, .detail = "the liveness probe failed"}),
      pod_event(11s, "web-front-1", {.kind = PodEventKind::container_exited, .detail = "Completed, exit code 0"}),
      pod_event(11s, "web-front-1", {.kind = PodEventKind::endpoint_unready}),
      pod_event(11s, "web-front-1", {.kind = PodEventKind::container_backoff, .detail = "80 s", .delay = 80s}),
      pod_event(91s, "web-front-1", {.kind = PodEventKind::container_restarted, .detail = "Completed, exit code 0"}),
      pod_event(95s, "web-front-1", {.kind = PodEventKind::probe_success, .probe = ProbeType::readiness}),
      pod_event(95s, "web-front-1", {.kind = PodEventKind::endpoint_ready}),
      pod_event(99s, "db-0", {.kind = PodEventKind::container_oom_killed, .detail = "OOMKilled, exit code 137"}),
  };
  recorder.add(events);
  const fake_services::ProbeState states[] = {
      {"web-front", "web-front-1", ProbeType::liveness, 40, 3},
      {"web-front", "web-front-1", ProbeType::readiness, 80, 0},
  };
  recorder.finish({}, states);
  std::string log = "\n";
  for (const incident::Event& event : record.timeline) log += line(event);
  EXPECT_EQ(log, R"(
10 probe.failure web-front-1 service=web-front instance=web-front-1:9000 probe=liveness reason=connection refused
10 container.killed web-front-1 service=web-front instance=web-front-1:9000 reason=the liveness probe failed restarts=0
11 endpoint.unready web-front-1 service=web-front instance=web-front-1:9000 ready=1
11 container.backoff web-front-1 service=web-front instance=web-front-1:9000 restarts=0 delay_seconds=80
91 container.restarted web-front-1 service=web-front instance=web-front-1:9000 reason=Completed, exit code 0 restarts=1
95 probe.success web-front-1 service=web-front instance=web-front-1:9000 probe=readiness
95 endpoint.ready web-front-1 service=web-front instance=web-front-1:9000 ready=2
99 container.oom_killed db-0 service=db instance=db-0:8080 reason=OOMKilled, exit code 137 restarts=0
)");
  EXPECT_EQ(incident::describe(record.timeline[3]), "web-front-1 waits 1 m 20 s before its next start");
  ASSERT_EQ(record.probes.size(), 2u);
  EXPECT_EQ(record.probes[0].instance, "web-front-1:9000");
  EXPECT_EQ(record.probes[0].checks, 40u);
  EXPECT_EQ(record.probes[0].failures, 3u);
  ASSERT_EQ(record.probes[0].transitions.size(), 1u);
  EXPECT_FALSE(record.probes[0].transitions[0].success);
  EXPECT_TRUE(record.probes[1].transitions.at(0).success);
}

}  // namespace
}  // namespace firedrill::driver
