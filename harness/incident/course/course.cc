#include "incident/course/course.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/time.h"
#include "events/action.h"
#include "incident/expectations/known_names.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct IncidentStep {
  std::string_view name;
  std::optional<Time> IncidentTimes::* time;
};
constexpr std::array kSteps{
    IncidentStep{"breached", &IncidentTimes::breached_at},
    IncidentStep{"pending", &IncidentTimes::pending_at},
    IncidentStep{"first_sign", &IncidentTimes::first_sign_at},
    IncidentStep{"firing", &IncidentTimes::firing_at},
    IncidentStep{"notified", &IncidentTimes::notified_at},
    IncidentStep{"detected", &IncidentTimes::detected_at},
    IncidentStep{"acknowledged", &IncidentTimes::acknowledged_at},
    IncidentStep{"communicated", &IncidentTimes::communicated_at},
    IncidentStep{"mitigated", &IncidentTimes::mitigated_at},
    IncidentStep{"resolved", &IncidentTimes::resolved_at},
};

std::optional<Time> step_of(const Record& record, const Counterpart& here) {
  const IncidentRecord* incident = here.of                    ? record.incident(*here.of)
                                   : record.incidents.empty() ? nullptr
                                                              : &record.incidents.front();
  const auto step = std::ranges::find(kSteps, here.name, &IncidentStep::name);
  if (incident == nullptr || step == kSteps.end()) return std::nullopt;
  return incident->times.*step->time;
}

std::optional<Time> first_firing(const Record& record, const std::string& alert) {
  std::optional<Time> first;
  for (const AlertRecord& each : record.alerts) {
    const bool counts = each.alert == alert && each.firing_at && *each.firing_at >= record.judged_from;
    if (counts && (!first || *each.firing_at < *first)) first = each.firing_at;
  }
  return first;
}

// By a person: what the scenario itself does to the world is a fault.
std::optional<Time> first_action(const Record& record, const Counterpart& here) {
  const auto found = std::ranges::find_if(record.timeline, [&](const events::Event& event) {
    return event.kind == events::EventKind::action_taken && event.subject == here.name &&
           event.text("by") != events::kByScenario && (!here.of || event.text("target") == *here.of);
  });
  return found == record.timeline.end() ? std::nullopt : std::optional(found->t);
}

std::optional<Time> here_at(const Record& record, const Counterpart& here) {
  if (here.kind == "incident") return step_of(record, here);
  if (here.kind == "alert") return first_firing(record, here.name);
  if (here.kind == "action") return first_action(record, here);
  const FaultRecord* fault = record.fault(here.name);
  if (fault == nullptr) return std::nullopt;
  return here.kind == "begins" ? fault->injected_at : fault->recovered_at;
}

bool agree(Duration published, Duration here, double factor) {
  if ((published < 0ms) != (here < 0ms))
    return std::max(published, here) - std::min(published, here) <= kPublishedGrace;
  const double one = to_seconds(published < 0ms ? -published : published);
  const double other = to_seconds(here < 0ms ? -here : here);
  const double grace = to_seconds(kPublishedGrace);
  return one <= factor * (other + grace) && other <= factor * (one + grace);
}

// One that was published before this one comes after it here.
bool out_of_order(const CourseStep& step, std::span<const CourseStep> before) {
  return std::ranges::any_of(before, [&](const CourseStep& other) {
    return other.here_at && other.after < step.after && *other.here_at > *step.here_at;
  });
}

void check_name(const Position& where, std::string_view what, const std::string& written,
                std::span<const std::string> names, Diagnostics& diagnostics) {
  if (contains(names, written)) return;
  report(diagnostics, where, format("unknown {} '{}'", what, written),
         names.empty() ? format("the scenario has no {}; remove it, or add one", what) : suggest(written, names));
}

void check_counterpart(const PublishedTime& time, const KnownNames& names, Diagnostics& diagnostics) {
  const Counterpart& here = *time.here;
  if (here.kind == "incident" && here.of) {
    check_name(time.where, "incident", *here.of, names.incidents, diagnostics);
  } else if (here.kind == "alert" && !names.rules.empty()) {  // of no known rules any name may be one
    check_name(time.where, "alert", here.name, names.alerts, diagnostics);
  } else if (here.kind == "begins" || here.kind == "ends") {
    check_name(time.where, "fault", here.name, names.faults, diagnostics);
  } else if (here.kind == "action" && names.tiers.empty()) {
    report(diagnostics, time.where, "nobody is on call, so that nobody takes an action",
           "add `oncall_file: oncall.yaml`");
  } else if (here.kind == "action") {
    check_name(time.where, "action", here.name, names.actions, diagnostics);
    if (here.of) check_name(time.where, "service or node", *here.of, names.acted_upon, diagnostics);
  }
}

}  // namespace

std::span<const std::string_view> incident_steps() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const IncidentStep& step : kSteps) names.push_back(step.name);
    return names;
  }();
  return kNames;
}

std::optional<Time> course_start(const Record& record) {
  if (!record.declared.published) return std::nullopt;
  if (record.declared.published->since == "breached") {
    return record.incidents.empty() ? std::nullopt : record.incidents.front().times.breached_at;
  }
  const FaultRecord* fault = record.fault(record.declared.published->from);
  if (fault == nullptr) return std::nullopt;
  return fault->injected_at.value_or(fault->at);
}

std::optional<std::vector<CourseStep>> course_of(const Record& record) {
  if (!record.declared.published) return std::nullopt;
  const Published& published = *record.declared.published;
  const std::optional<Time> start = course_start(record);
  std::vector<CourseStep> course;
  for (const PublishedTime& time : published.times) {
    CourseStep step{.what = time.what, .after = time.after, .here_at = {}, .standing = "not compared"};
    if (time.here) {
      step.here_at = here_at(record, *time.here);
      step.standing = !step.here_at || !start                                       ? "missing"
                      : out_of_order(step, course)                                  ? "out of order"
                      : agree(step.after, *step.here_at - *start, published.factor) ? "agrees"
                      : *step.here_at - *start < step.after                         ? "earlier"
                                                                                    : "later";
    }
    course.push_back(std::move(step));
  }
  return course;
}

void check_published(const Published& published, const KnownNames& names, Diagnostics& diagnostics) {
  check_name(published.where, "fault", published.from, names.faults, diagnostics);
  for (const PublishedTime& time : published.times) {
    if (time.here) check_counterpart(time, names, diagnostics);
  }
}

}  // namespace firedrill::incident
