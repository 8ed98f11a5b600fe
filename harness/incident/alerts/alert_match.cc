#include "incident/alerts/alert_match.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text/format.h"

namespace firedrill::incident {
using namespace record;

bool matches(const Expectation& expectation, const AlertRecord& alert) {
  const Fields& fields = expectation.fields;
  if (fields.text("alert") != alert.alert) return false;
  if (fields.has("severity") && alert.labels.get("severity") != fields.text("severity")) return false;
  return std::ranges::all_of(fields.text_map("labels"),
                             [&](const auto& label) { return alert.labels.get(label.first) == label.second; });
}

bool excepted(const Record& record, const AlertRecord& alert) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    if (expectation.kind == "dead_mans_switch") return matches(expectation, alert);
    return expectation.kind == "no_other_alerts" && contains(expectation.fields.texts("except"), alert.alert);
  });
}

bool fires_in(const AlertRecord& alert, Time from, Time to) {
  return alert.firing_at && *alert.firing_at <= to && (!alert.resolved_at || *alert.resolved_at >= from);
}

std::string describe(const AlertRecord& alert) {
  model::Labels labels = alert.labels;
  labels.remove(model::kAlertName);
  return labels.empty() ? alert.alert : format("{} {}", alert.alert, labels.to_string());
}

}  // namespace firedrill::incident
