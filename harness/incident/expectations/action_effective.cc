// action_effective: what somebody does helps, in time.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "events/action.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      FieldSpec{.name = "action", .required = true, .doc = "Which: rollback, restart, …"},
      FieldSpec{.name = "target", .doc = "The service, or the node, that it is done to; without it any."},
      FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the first one."},
  };
  return kOwn;
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  if (names.tiers.empty()) return check_people(expectation, names, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
  check_known(expectation, "action", "action", names.actions, diagnostics);
  check_known(expectation, "target", "service or node", names.acted_upon, diagnostics);
}

// An event's subject is "restart checkout", that of one that is taken is "restart" alone.
bool is_meant(const Expectation& expectation, const events::Event& event) {
  const std::string target = expectation.fields.text("target");
  const std::string action = expectation.fields.text("action");
  if (event.kind == events::EventKind::action_taken) {
    return event.subject == action && (target.empty() || event.text("target") == target);
  }
  return target.empty() ? event.subject.starts_with(action + " ") : event.subject == format("{} {}", action, target);
}

const events::Event* find(const Expectation& expectation, const Record& record, events::EventKind kind, Time since) {
  const auto found = std::ranges::find_if(record.timeline, [&](const events::Event& event) {
    return event.kind == kind && event.t >= since && is_meant(expectation, event);
  });
  return found == record.timeline.end() ? nullptr : &*found;
}

// It was done in vain, or not at all.
void explain(const Expectation& expectation, const Record& record, Time since, Outcome& outcome) {
  if (const events::Event* vain = find(expectation, record, events::EventKind::action_ineffective, since)) {
    outcome.observed = format("it did not help, as was seen at {}", when(record, vain->t));
    outcome.why = vain->text("reason");
  } else if (const events::Event* taken = find(expectation, record, events::EventKind::action_taken, since)) {
    outcome.observed = format("it was begun at {}", when(record, taken->t));
    outcome.why = "the run ended before anything could be seen of it";
  } else {
    outcome.observed = "nobody did it";
    const auto other = std::ranges::find_if(record.timeline, [&](const events::Event& event) {
      return event.kind == events::EventKind::action_taken && event.t >= since;
    });
    if (other != record.timeline.end()) outcome.why = format("done was: {}", events::describe(*other));
  }
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  const std::string target = expectation.fields.text("target");
  Outcome outcome;
  outcome.subject = target;
  outcome.expected = format("{}{} helps", expectation.fields.text("action"), target.empty() ? "" : " " + target);
  if (!has_people(record, outcome)) return outcome;
  const auto window = people_window(expectation, record, "injected", outcome);
  if (!window) return outcome;
  const events::Event* helped = find(expectation, record, events::EventKind::action_effective, window->since.t);
  if (helped == nullptr) {
    outcome.result = Verdict::fail;
    explain(expectation, record, window->since.t, outcome);
    return outcome;
  }
  outcome.observed = format("seen to help at {}: {}", when(record, helped->t), helped->text("reason"));
  if (helped->t > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("{} late", describe_duration(helped->t - window->deadline));
  }
  return outcome;
}

}  // namespace

ExpectationKind action_effective() {
  return {
      .name = "action_effective",
      .doc =
          "What somebody does is seen to help, in the traffic, within the time given since the fault was injected (or "
          "since another step). What shows that an action helped says `firedrill list actions -v`. A failure says "
          "what was measured instead, or what was done instead.",
      .common = kCommon,
      .own = own(),
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
