// Expectations about probes, restarts and ready replicas: what passes, what fails, and in which words.
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;

events::Event endpoint(Duration t, bool ready) {
  events::Event event{.t = at(t),
                      .kind = ready ? events::EventKind::endpoint_ready : events::EventKind::endpoint_unready,
                      .subject = "checkout-1",
                      .fields = {}};
  event.with("service", Text("checkout")).with("instance", Text("checkout-1"));
  return event;
}

events::Event restart(Duration t, std::string reason) {
  events::Event event{
      .t = at(t), .kind = events::EventKind::container_restarted, .subject = "checkout-1", .fields = {}};
  event.with("service", Text("checkout")).with("instance", Text("checkout-1")).with("reason", std::move(reason));
  return event;
}

// The shop's outage, in which a replica of three fails its probes from the 11th minute to the 31st.
Record probed() {
  Record record = sample::outage();
  std::erase_if(record.services, [](const ServiceSummary& s) { return s.name == "checkout"; });
  record.services.push_back({"checkout", {}, 3, false});
  record.probes = {{.service = "checkout",
                    .instance = "checkout-1",
                    .probe = "readiness",
                    .checks = 720,
                    .failures = 240,
                    .transitions = {{at(11min), false, "HTTP 503"}, {at(31min), true, ""}}}};
  std::erase_if(record.timeline, [](const events::Event& e) {
    return e.kind == events::EventKind::endpoint_ready || e.kind == events::EventKind::endpoint_unready ||
           e.kind == events::EventKind::container_restarted;
  });
  for (events::Event& event : std::vector{endpoint(11min, false), restart(12min, "OOMKilled, exit code 137"),
                                          restart(13min, "Error, exit code 1"), endpoint(31min, true)}) {
    record.timeline.push_back(std::move(event));
  }
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  return record;
}

std::string answer(std::string kind, FieldList fields) {
  Record record = probed();
  record.declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(std::string kind, FieldList fields) {
  Criteria declared;
  declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  Diagnostics found;
  check(declared, {.alerts = {}, .services = {"checkout"}, .incidents = {}, .slos = {}, .faults = {}}, found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

const FieldList kReadiness{{"service", Text("checkout")}, {"probe", Text("readiness")}};
FieldList with(FieldList fields, FieldList more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

TEST(ProbeExpectation, LooksForThePublishedResult) {
  EXPECT_EQ(
      answer("probe", with(kReadiness, {{"since", Text("start")}, {"within", Duration(12min)}})),
      "pass | the readiness probe of checkout turns to failure within 12 m of the start (by 14:12:00) | checkout-1 "
      "at 14:11:00, 11 m after the start: HTTP 503 | ");
  EXPECT_EQ(
      answer("probe",
             with(kReadiness, {{"since", Text("start")}, {"becomes", Text("success")}, {"within", Duration(30min)}})),
      "fail | the readiness probe of checkout turns to success within 30 m of the start (by 14:30:00) | checkout-1 "
      "at 14:31:00, 31 m after the start | 1 m too late");
  EXPECT_EQ(
      answer("probe", {{"service", Text("checkout")}, {"probe", Text("liveness")}, {"since", Text("start")}}),
      "invalid | the liveness probe of checkout turns to failure after the start | nothing to look at | no replica "
      "of checkout has such a probe");
  EXPECT_EQ(refusals("probe", {{"service", Text("chekout")}, {"probe", Text("liveness")}}),
            "unknown service 'chekout' = did you mean 'checkout'?\n");
}

TEST(RestartsExpectation, CountsByReason) {
  const FieldList checkout{{"service", Text("checkout")}};
  EXPECT_EQ(answer("restarts", with(checkout, {{"at_least", std::int64_t{2}}})),
            "pass | at least 2 restarts of checkout | 2: checkout-1 at 14:12:00, checkout-1 at 14:13:00 | ");
  EXPECT_EQ(answer("restarts", with(checkout, {{"at_least", std::int64_t{2}}, {"reason", Text("OOMKilled")}})),
            "fail | at least 2 restarts of checkout after OOMKilled | 1: checkout-1 at 14:12:00; besides 1 after Error "
            "| 1 too few");
  EXPECT_EQ(answer("restarts", with(checkout, {{"at_most", std::int64_t{0}}, {"from", Duration(20min)}})),
            "pass | at most 0 restarts of checkout | none | ");
  EXPECT_EQ(refusals("restarts", checkout), "restarts need a bound = add at_least or at_most\n");
}

TEST(EndpointsExpectation, CountsReadyReplicas) {
  const FieldList checkout{{"service", Text("checkout")}};
  EXPECT_EQ(answer("endpoints", with(checkout, {{"at_least", std::int64_t{2}}})),
            "pass | always at least 2 replicas of checkout are ready from 0 ms to 1 h | from 2 (at 14:11:00) to 3 | ");
  EXPECT_EQ(answer("endpoints", with(checkout, {{"at_least", std::int64_t{3}}, {"to", Duration(20min)}})),
            "fail | always at least 3 replicas of checkout are ready from 0 ms to 20 m | from 2 (at 14:11:00) to 3 | 2 "
            "were ready at 11 m (14:11:00), 1 too few");
  EXPECT_EQ(answer("endpoints", with(checkout, {{"at_least", std::int64_t{3}}, {"from", Duration(31min)}})),
            "pass | always at least 3 replicas of checkout are ready from 31 m to 1 h | 3 all the time | ");
  EXPECT_EQ(answer("endpoints", with(checkout, {{"at_least", std::int64_t{3}}, {"to", Duration(11min)}})),
            "fail | always at least 3 replicas of checkout are ready from 0 ms to 11 m | from 2 (at 14:11:00) to 3 | 2 "
            "were ready at 11 m (14:11:00), 1 too few")
      << "the last instant counts";
  EXPECT_EQ(answer("endpoints", with(checkout, {{"at_most", std::int64_t{1}}, {"holds", Text("eventually")}})),
            "fail | at some time at most 1 replica of checkout is ready from 0 ms to 1 h | from 2 (at 14:11:00) to 3 | "
            "there never were");
  EXPECT_EQ(refusals("endpoints", with(checkout, {{"at_least", std::int64_t{3}}, {"at_most", std::int64_t{1}}})),
            "at_most is smaller than at_least = exchange them\n");
}

}  // namespace
}  // namespace firedrill::incident
