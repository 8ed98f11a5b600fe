#include "monitor/prometheus/comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::monitor {
namespace {

constexpr std::array<std::string_view, 3> kSteps = {"pending", "firing", "resolved"};

// Of one activation, in the order of kSteps.
using Activation = std::array<std::optional<Time>, 3>;
// Of each alert, by the index of its rule where there are several of its name and labels.
using Activations = std::map<model::Labels, std::vector<Activation>>;

Activations found_in(const record::Record& record) {
  Activations out;
  for (const record::AlertRecord& each : record.alerts) {
    out[each.labels].push_back({each.pending_at, each.firing_at, each.resolved_at});
  }
  for (auto& [labels, activations] : out) std::ranges::sort(activations);
  return out;
}

Activations found_in(const MonitorFindings& findings) {
  Activations out;
  for (const events::AlertTransition& each : findings.transitions) {
    std::vector<Activation>& activations = out[each.labels];
    if (each.to == events::AlertState::pending || activations.empty()) activations.emplace_back();
    activations.back()[each.to == events::AlertState::pending  ? 0
                       : each.to == events::AlertState::firing ? 1
                                                               : 2] = each.t;
  }
  return out;
}

Duration longest_interval(const record::Record& record, std::string_view alert) {
  Duration longest{};
  for (const record::RuleRecord& rule : record.rules) {
    if (rule.name == alert) longest = std::max(longest, rule.interval);
  }
  return longest;
}

class Comparer {
 public:
  Comparer(const record::Record& record, Duration found_late) : record_(record), found_late_(found_late) {}

  void compare_alerts(const Activations& real, const Activations& embedded) {
    std::map<model::Labels, std::size_t> all;
    for (const Activations* each : {&real, &embedded}) {
      for (const auto& [labels, activations] : *each) all[labels] = std::max(all[labels], activations.size());
    }
    for (const auto& [labels, count] : all) {
      const Duration apart =
          longest_interval(record_, labels.get(model::kAlertName)) + record_.monitoring.scrape_interval + found_late_;
      for (std::size_t i = 0; i < count; ++i) compare(labels, i, at(real, labels, i), at(embedded, labels, i), apart);
    }
  }

  void compare_notifications(const std::vector<events::Notification>& real,
                             const std::vector<events::Notification>& embedded) {
    auto left = by_group(real);
    auto right = by_group(embedded);
    for (const auto& [group, all] : right) left[group];
    for (const auto& [group, all] : left) compare(std::get<0>(group), all, right[group]);
  }

  MonitorComparison take() { return std::move(out_); }

 private:
  using Group = std::tuple<std::string, int, std::string>;  // receiver, integration, group key
  using Sequence = std::vector<const events::Notification*>;

  static Activation at(const Activations& all, const model::Labels& labels, std::size_t index) {
    const auto found = all.find(labels);
    return found == all.end() || index >= found->second.size() ? Activation{} : found->second[index];
  }

  // Of what is in the run's last moments the other may have nothing.
  bool is_late(Time t, Duration apart) const { return t + apart >= record_.judged_to; }

  void compare(const model::Labels& labels, std::size_t index, const Activation& real, const Activation& embedded,
               Duration apart) {
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
      const auto& left = real[step];
      const auto& right = embedded[step];
      if (left && right) {
        const Duration between = *left < *right ? *right - *left : *left - *right;
        out_.steps += 1;
        out_.farthest = std::max(out_.farthest, between);
        if (between <= apart) continue;
      }
      if (!left && !right) continue;
      if (left.has_value() != right.has_value() && is_late(left ? *left : *right, apart)) continue;
      const auto when = [](const std::optional<Time>& t) {
        return t ? "at " + format_clock(*t) : std::string("never");
      };
      out_.differences.push_back(format("{}, activation {}: {} {} to the real one, {} to the embedded one",
                                        events::describe_alert(labels), index + 1, kSteps[step], when(left),
                                        when(right)));
    }
  }

  static std::map<Group, Sequence> by_group(const std::vector<events::Notification>& all) {
    std::map<Group, Sequence> out;
    for (const events::Notification& each : all) {
      if (each.accepted) out[{each.receiver, each.index, each.group_key}].push_back(&each);
    }
    return out;
  }

  static std::string in_words(const events::Notification& each) {
    std::vector<std::string> alerts;
    for (const events::NotifiedAlert& alert : each.alerts) {
      alerts.push_back(format("{} {}", alert.status, events::describe_alert(alert.labels)));
    }
    std::ranges::sort(alerts);
    std::string out = format("{} ({})", each.status, each.reason);
    for (const std::string& alert : alerts) out += " " + alert;
    return out;
  }

  void compare(const std::string& receiver, const Sequence& real, const Sequence& embedded) {
    const Duration apart = record_.monitoring.evaluation_interval + record_.monitoring.scrape_interval +
                           from_seconds(record_.speed.value_or(1) * to_seconds(kMargin)) + found_late_;
    for (std::size_t i = 0; i < std::max(real.size(), embedded.size()); ++i) {
      const events::Notification* left = i < real.size() ? real[i] : nullptr;
      const events::Notification* right = i < embedded.size() ? embedded[i] : nullptr;
      if (left != nullptr && right != nullptr && in_words(*left) == in_words(*right)) {
        out_.notifications += 1;
        continue;
      }
      if ((left == nullptr || right == nullptr) && is_late(left != nullptr ? left->t : right->t, apart)) continue;
      out_.differences.push_back(format("{}: the real one sent {}, the embedded one {}", receiver,
                                        left == nullptr ? "nothing" : in_words(*left),
                                        right == nullptr ? "nothing" : in_words(*right)));
    }
  }

  // A flush is due a moment later to the one whose alert came a moment later. Of the machine's time.
  static constexpr Duration kMargin = 2s;

  const record::Record& record_;
  Duration found_late_;
  MonitorComparison out_;
};

}  // namespace

MonitorComparison compare_monitors(const record::Record& record, const MonitorFindings& embedded, Duration found_late) {
  Comparer comparer(record, found_late);
  comparer.compare_alerts(found_in(record), found_in(embedded));
  if (record.alertmanager) {
    comparer.compare_notifications(record.alertmanager->notifications, embedded.notifications);
  }
  return comparer.take();
}

}  // namespace firedrill::monitor
