// probe: a probe's published result changes in time.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "record/clock.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array<std::string_view, 3> kProbes{"liveness", "readiness", "startup"};
constexpr std::array<std::string_view, 2> kResults{"failure", "success"};
constexpr std::array kOwn{
    FieldSpec{.name = "service", .required = true, .doc = "The service, some replica of which it is."},
    FieldSpec{.name = "probe", .required = true, .doc = "Which of its probes.", .choices = kProbes},
    FieldSpec{.name = "becomes",
              .doc = "The result that the probe turns to.",
              .default_text = "failure",
              .choices = kResults},
    FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the run's first."},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "service", "service", names.services, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
}

struct Change {
  Time t;
  std::string instance;
  std::string detail;
};

// The first change to the result at or after `from`; nothing if there is none.
std::optional<Change> first_change(const Record& record, const Fields& fields, bool success, Time from) {
  std::optional<Change> first;
  for (const ProbeRecord& probe : record.probes) {
    if (probe.service != fields.text("service") || probe.probe != fields.text("probe")) continue;
    for (const ProbeTransition& change : probe.transitions) {
      if (change.success != success || change.t < from) continue;
      if (!first || change.t < first->t) first = Change{change.t, probe.instance, change.detail};
      break;
    }
  }
  return first;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const std::string service = fields.text("service");
  const std::string becomes = fields.text("becomes", "failure");
  const std::string subject = format("the {} probe of {}", fields.text("probe"), service);
  Outcome outcome;
  outcome.subject = service;
  outcome.expected = format("{} turns to {}", subject, becomes);
  const auto invalid = [&](std::string why) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to look at";
    outcome.why = std::move(why);
    return outcome;
  };
  const auto since = resolve_since(expectation, record, "injected");
  if (!since) return invalid(since.error());
  const bool limited = fields.has("within");
  const Time deadline = limited ? since->t + fields.duration("within") : record.judged_to;
  outcome.expected += limited ? format(" within {} of {} (by {})", describe_duration(fields.duration("within")),
                                       since->name, clock_of(record, deadline))
                              : format(" after {}", since->name);
  const bool there = std::ranges::any_of(record.probes, [&](const ProbeRecord& probe) {
    return probe.service == service && probe.probe == fields.text("probe");
  });
  if (!there) return invalid(format("no replica of {} has such a probe", service));
  const auto change = first_change(record, fields, becomes == "success", since->t);
  if (!change) {
    outcome.result = Verdict::fail;
    outcome.observed = "it never did";
    outcome.why = format("its result did not turn to {} between {} and the run's end", becomes, since->name);
    return outcome;
  }
  outcome.observed =
      format("{} at {}, {} after {}{}", change->instance, clock_of(record, change->t),
             describe_duration(change->t - since->t), since->name, change->detail.empty() ? "" : ": " + change->detail);
  if (change->t > deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("{} too late", describe_duration(change->t - deadline));
  }
  return outcome;
}

}  // namespace

ExpectationKind probe() {
  return {.name = "probe",
          .doc =
              "A liveness, readiness or startup probe of some replica of a service turns to failure, or to success, "
              "within a time. What counts is the result that the kubelet publishes, after as many equal attempts as "
              "failureThreshold or successThreshold say.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
