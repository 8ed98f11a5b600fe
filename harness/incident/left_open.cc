#include "incident/left_open.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/expectations/expectation_context.h"

namespace firedrill::incident {
using namespace record;
namespace {

// What fails whatever would have come behind the run's end.
constexpr std::array<std::string_view, 5> kFailForGood{"alert_not_firing", "no_other_alerts", "not_notified",
                                                       "not_paged", "pages_at_most"};
// What is met once it has come, whatever comes later.
constexpr std::array<std::string_view, 9> kMetForGood{
    "acknowledged", "action_effective", "alert_firing", "alert_pending", "escalated",
    "inhibited_by", "notified",         "paged",        "silenced"};
// What is measured of the services themselves, their clients and the machine, whoever watches.
constexpr std::array<std::string_view, 6> kOfTheWorld{"budget_left", "burn_rate", "endpoints",
                                                      "probe",       "restarts",  "severity"};
// What rules find, and no Alertmanager has a say in.
constexpr std::array<std::string_view, 5> kOfRules{"alert_firing", "alert_not_firing", "alert_pending",
                                                   "no_other_alerts", "promql"};

void set_open(Outcome& outcome, const std::string& why) {
  outcome.result = Verdict::invalid;
  outcome.why = outcome.why.empty() ? why : format("{}: {}", why, outcome.why);
}

// It was to come by an instant up to which all was seen, and had not.
bool is_too_late(const Record& record, const Expectation& expectation) {
  if (!expectation.fields.has("within")) return false;
  const auto since = resolve_since(expectation, record, "injected");
  if (!since) return false;
  const Time deadline = since->t + expectation.fields.duration("within");
  return deadline <= record.unseen->from && std::ranges::none_of(record.alerts, [&](const AlertRecord& alert) {
           return matches(expectation, alert) && alert.firing_at && *alert.firing_at <= deadline;
         });
}

bool is_unseen(const Record& record, const Expectation& expectation, const Outcome& outcome) {
  const bool reads_series = expectation.kind == "promql";
  if (contains(kOfTheWorld, expectation.kind)) return false;
  if (!alerts_unseen(record) && contains(kOfRules, expectation.kind)) return false;
  if (reads_series && record.unseen->series_lost) return true;
  if (outcome.result == Verdict::fail && contains(kFailForGood, expectation.kind)) return false;
  if (outcome.result == Verdict::fail && expectation.kind == "alert_firing" && is_too_late(record, expectation)) {
    return false;
  }
  if (outcome.result == Verdict::pass && contains(kMetForGood, expectation.kind)) return false;
  return judged_span(expectation, record).to > record.unseen->from;
}

}  // namespace

bool alerts_unseen(const Record& record) {
  return record.unseen && record.unseen->program == "Prometheus";
}

std::string unseen_from(const Record& record) {
  const Unseen& unseen = *record.unseen;
  return format("{} was last seen at {}: {}", unseen.program, when(record, unseen.from), unseen.why);
}

void leave_open(const Record& record, const Expectation& expectation, Outcome& outcome) {
  if (outcome.result == Verdict::invalid && !record.unseen) return;
  if (record.cut_short && record.judged_to <= record.judged_from) {
    outcome.observed = "not judged";
    outcome.why.clear();
    return set_open(outcome, "the run was cut short before anything was judged");
  }
  if (record.unseen && is_unseen(record, expectation, outcome)) {
    // Nor why an alert did not fire.
    const auto is_its = [&](const AlertRecord& alert) { return matches(expectation, alert); };
    if (alerts_unseen(record) && std::ranges::none_of(record.alerts, is_its)) outcome.why.clear();
    return set_open(outcome, unseen_from(record) + "; what came then is not known");
  }
  if (!record.cut_short || outcome.result != Verdict::fail || contains(kFailForGood, expectation.kind)) return;
  set_open(outcome, "the run was cut short, and whether it would have come is not known");
}

}  // namespace firedrill::incident
