#include "notify/testfile/compare.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "notify/testfile/notification_text.h"

namespace firedrill::notify {
namespace {

std::string time_text(Duration t) {
  return t < Duration::zero() ? "-" + format_duration(-t) : format_duration(t);
}

std::string_view status_of(bool is_firing) {
  return is_firing ? "firing" : "resolved";
}

std::string describe(const ExpectedAlert& alert) {
  std::string out = alert.labels.to_string();
  if (!alert.status.empty()) out += " " + alert.status;
  if (alert.starts_at) out += " from " + time_text(*alert.starts_at);
  if (alert.ends_at) out += " to " + time_text(*alert.ends_at);
  return out;
}

std::string describe(const ExpectedNotification& each) {
  std::string out = time_text(each.from);
  if (each.to != each.from) out += " to " + time_text(each.to);
  for (const std::string& word : {each.status, each.reason}) {
    if (!word.empty()) out += " " + word;
  }
  if (each.group_labels) out += " " + each.group_labels->to_string();
  if (each.alerts) out += ":";
  for (const ExpectedAlert& alert : each.alerts.value_or(std::vector<ExpectedAlert>{})) out += " " + describe(alert);
  for (const auto& [field, text] : each.payload) out += format("; {} with '{}'", field, text);
  return out;
}

bool is_met(const ExpectedAlert& expected, const FlushedAlert& got, Time start) {
  const model::Labels& labels = got.alert->labels;
  const bool has_all = std::ranges::all_of(
      expected.labels, [&](const model::Label& label) { return labels.get(label.name) == label.value; });
  if (!has_all || (expected.exact && labels.size() != expected.labels.size())) return false;
  if (!expected.status.empty() && expected.status != status_of(!got.is_resolved)) return false;
  if (expected.starts_at && start + *expected.starts_at != got.starts_at()) return false;
  return !expected.ends_at || got.ends_at() == start + *expected.ends_at;
}

// Gives each expected alert one of its own, moving earlier ones on where that makes room (Kuhn's algorithm).
class Assignment {
 public:
  Assignment(const std::vector<ExpectedAlert>& expected, const std::vector<FlushedAlert>& got, Time start)
      : expected_(expected), got_(got), start_(start), taken_by_(got.size()) {}

  bool is_possible() {
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      tried_.assign(got_.size(), false);
      if (!place(i)) return false;
    }
    return true;
  }

 private:
  bool place(std::size_t wanted) {
    for (std::size_t i = 0; i < got_.size(); ++i) {
      if (tried_[i] || !is_met(expected_[wanted], got_[i], start_)) continue;
      tried_[i] = true;
      if (taken_by_[i] && !place(*taken_by_[i])) continue;
      taken_by_[i] = wanted;
      return true;
    }
    return false;
  }

  const std::vector<ExpectedAlert>& expected_;
  const std::vector<FlushedAlert>& got_;
  Time start_;
  std::vector<std::optional<std::size_t>> taken_by_;
  std::vector<bool> tried_;
};

// What came, with those fields of its payload that were looked at.
std::string describe(const Notification& got, Time start, const ExpectedNotification* expected,
                     const Rendering& rendering) {
  std::string out = describe(got, start);
  if (expected == nullptr || expected->payload.empty()) return out;
  const auto& payload = rendering(got);
  if (!payload) return out + "; " + payload.error().what;
  std::vector<std::string> known;
  for (const Payload::Field& field : payload->fields) known.push_back(field.path);
  for (const auto& [field, text] : expected->payload) {
    const std::string* found = payload->field(field);
    out += found == nullptr ? format("; {} has no field '{}', {}", payload->kind, field, suggest(field, known))
                            : format("; {} '{}'", field, *found);
  }
  return out;
}

bool is_payload_met(const ExpectedNotification& expected, const Notification& got, const Rendering& rendering) {
  if (expected.payload.empty()) return true;
  const auto& payload = rendering(got);
  return payload && std::ranges::all_of(expected.payload, [&](const auto& wanted) {
           const std::string* found = payload->field(wanted.first);
           return found != nullptr && found->contains(wanted.second);
         });
}

bool is_met(const ExpectedNotification& expected, const Notification& got, Time start, const Rendering& rendering) {
  const Duration at = got.time - start;
  if (at < expected.from || at > expected.to) return false;
  if (!expected.status.empty() && expected.status != status_of(got.is_firing)) return false;
  if (!expected.reason.empty() && expected.reason != to_string(got.reason)) return false;
  if (expected.group_labels && *expected.group_labels != got.group->labels) return false;
  if (expected.alerts && expected.alerts->size() != got.alerts.size()) return false;
  if (expected.alerts && !Assignment(*expected.alerts, got.alerts, start).is_possible()) return false;
  return is_payload_met(expected, got, rendering);
}

}  // namespace

Comparison compare(const std::vector<ExpectedNotification>& expected, const std::vector<const Notification*>& sent,
                   Time start, const Rendering& rendering) {
  using Mark = ruletest::DiffLine::Mark;
  Comparison out;
  std::vector<const Notification*> left = sent;
  for (const ExpectedNotification& each : expected) {
    out.expected.push_back(describe(each));
    // Those before it in time were not expected.
    const auto met =
        std::ranges::find_if(left, [&](const Notification* n) { return is_met(each, *n, start, rendering); });
    const bool is_next = met != left.end() && (*met)->time == left.front()->time;
    if (is_next) {
      out.diff.push_back({Mark::same, describe(**met, start)});
      left.erase(met);
      continue;
    }
    out.is_equal = false;
    out.diff.push_back({Mark::missing, out.expected.back()});
    // What came at its time instead stands beside it.
    while (!left.empty() && left.front()->time - start <= each.to) {
      out.diff.push_back({Mark::unexpected, describe(*left.front(), start, &each, rendering)});
      left.erase(left.begin());
    }
  }
  for (const Notification* each : left) out.diff.push_back({Mark::unexpected, describe(*each, start)});
  for (const Notification* each : sent) out.got.push_back(describe(*each, start));
  out.is_equal = out.is_equal && left.empty();
  out.what =
      format("expected {} notification{}, {} came", expected.size(), expected.size() == 1 ? "" : "s", sent.size());
  if (expected.size() == sent.size()) out.what += ", and not these";
  return out;
}

}  // namespace firedrill::notify
