#include "notify/testfile/run.h"

#include <algorithm>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "notify/route/route.h"
#include "notify/testfile/account.h"
#include "notify/testfile/compare.h"
#include "notify/testfile/notification_text.h"
#include "notify/testfile/play.h"

namespace firedrill::notify {
namespace {

using ruletest::Failure;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out.empty() ? "none" : out;
}

class Judge {
 public:
  Judge(const LoadedTests& loaded, const ConfigurationTest& test, const Played& played, ruletest::TestResult& result,
        Budget* budget)
      : loaded_(loaded),
        configuration_(*loaded.configuration),
        test_(test),
        played_(played),
        result_(result),
        budget_(budget) {}

  void judge() {
    result_.checks = test_.route_cases.size() + test_.alert_cases.size() + test_.notification_cases.size();
    for (const RouteCase& each : test_.route_cases) route_case(each);
    for (std::size_t i = 0; i < test_.alert_cases.size(); ++i) alert_case(test_.alert_cases[i], played_.alert_cases[i]);
    for (const NotificationCase& each : test_.notification_cases) notification_case(each);
  }

 private:
  Failure& fail(Failure::Kind kind, const Position& where, std::string subject, std::optional<Duration> at,
                std::string what) {
    Failure& failure = result_.failures.emplace_back();
    failure.kind = kind;
    failure.where = where;
    failure.subject = std::move(subject);
    failure.eval_time = at;
    failure.what = std::move(what);
    return failure;
  }
  static void expect(Failure& failure, std::vector<std::string> expected, std::vector<std::string> got) {
    for (const std::string& each : expected) failure.diff.push_back({ruletest::DiffLine::Mark::missing, each});
    for (const std::string& each : got) failure.diff.push_back({ruletest::DiffLine::Mark::unexpected, each});
    failure.expected = std::move(expected);
    failure.got = std::move(got);
  }

  void route_case(const RouteCase& each) {
    std::vector<std::string> receivers;
    std::vector<std::string> muted;
    std::vector<std::string> paths;
    for (const std::size_t route : match(configuration_.routes, each.labels)) {
      receivers.push_back(configuration_.routes[route].receiver);
      paths.push_back(describe_path(configuration_, each.labels, route));
      if (!each.at) continue;
      for (std::string& name : muted_by(configuration_, configuration_.routes[route], test_.start + *each.at)) {
        if (std::ranges::find(muted, name) == muted.end()) muted.push_back(std::move(name));
      }
    }
    const std::string subject = each.labels.to_string();
    if (receivers != each.receivers) {
      Failure& failure = fail(Failure::Kind::route, each.where, subject, each.at,
                              format("expected receivers {}, got {}", joined(each.receivers), joined(receivers)));
      expect(failure, each.receivers, receivers);
      failure.account = paths;
    }
    if (!each.muted_by) return;
    std::vector<std::string> expected = *each.muted_by;
    std::ranges::sort(expected);
    std::ranges::sort(muted);
    if (muted == expected) return;
    Failure& failure = fail(Failure::Kind::route, each.where, subject, each.at,
                            format("expected it muted by {}, got {}", joined(expected), joined(muted)));
    expect(failure, expected, muted);
    failure.account = paths;
  }

  void alert_case(const AlertCase& each, const Played::Seen& seen) {
    const std::string subject = each.labels.to_string();
    if (!seen.trouble.empty()) {
      fail(Failure::Kind::alert_state, each.where, subject, each.at, seen.trouble);
      return;
    }
    const AlertStatus& status = seen.status;
    const std::string state = state_text(status);
    const bool is_unprocessed = status.state == AlertStatus::State::active && !status.is_processed;
    if (!each.state.empty() && each.state != to_string(status.state) &&
        !(each.state == "unprocessed" && is_unprocessed)) {
      fail(Failure::Kind::alert_state, each.where, subject, each.at,
           format("expected it {}, it is {}", each.state, state));
    }
    if (each.silenced && *each.silenced == status.silenced_by.empty()) {
      fail(Failure::Kind::alert_state, each.where, subject, each.at,
           format("expected it {}silenced, it is {}", *each.silenced ? "" : "not ", state));
    }
    if (each.inhibited_by) inhibited_case(each, status, state);
  }

  void inhibited_case(const AlertCase& each, const AlertStatus& status, const std::string& state) {
    const auto is_source = [&](const model::Labels& labels) {
      return std::ranges::all_of(labels, [&](const model::Label& label) {
        return status.inhibited_by->labels.get(label.name) == label.value;
      });
    };
    const bool holds = status.inhibited_by == nullptr ? each.inhibited_by->empty()
                                                      : std::ranges::any_of(*each.inhibited_by, is_source);
    if (holds) return;
    std::vector<std::string> expected;
    for (const model::Labels& labels : *each.inhibited_by) expected.push_back(labels.to_string());
    fail(Failure::Kind::alert_state, each.where, each.labels.to_string(), each.at,
         format("expected it inhibited by {}, it is {}", joined(expected), state));
  }

  static std::string state_text(const AlertStatus& status) {
    std::string out(to_string(status.state));
    if (status.state == AlertStatus::State::active && !status.is_processed) out += " and not processed yet";
    if (status.inhibited_by != nullptr) out += format(", inhibited by {}", status.inhibited_by->labels.to_string());
    if (!status.silenced_by.empty()) out += format(", silenced by silence {}", joined(status.silenced_by));
    if (!status.muted_by.empty()) out += format(", muted by {}", joined(status.muted_by));
    return out;
  }

  void notification_case(const NotificationCase& each) {
    std::vector<const Notification*> sent;
    for (const Notification& notification : played_.outcomes.notifications) {
      const Duration at = notification.time - test_.start;
      const bool is_looked_at = notification.accepted && notification.receiver == each.receiver &&
                                each.integration.value_or(notification.integration) == notification.integration &&
                                at >= each.from && at < each.to;
      if (is_looked_at) sent.push_back(&notification);
    }
    std::ranges::stable_sort(sent, {}, [](const Notification* n) { return n->time; });
    counts(each, sent);
    if (!each.notifications) return;
    const Comparison comparison = compare(*each.notifications, sent, test_.start,
                                          [this](const Notification& n) -> const auto& { return rendered(n); });
    if (comparison.is_equal) return;
    Failure& failure = fail(Failure::Kind::notifications, each.where, each.receiver, {}, comparison.what);
    failure.diff = comparison.diff;
    failure.expected = comparison.expected;
    failure.got = comparison.got;
    explain(each, failure);
  }

  const std::expected<Payload, RenderFault>& rendered(const Notification& notification) {
    const auto known = payloads_.find(&notification);
    if (known != payloads_.end()) return known->second;
    return payloads_.emplace(&notification, payload_of(loaded_, notification, budget_)).first->second;
  }

  void counts(const NotificationCase& each, const std::vector<const Notification*>& sent) {
    const std::size_t count = sent.size();
    std::string wanted;
    if (each.count && count != *each.count) wanted = format("{}", *each.count);
    if (each.at_least && count < *each.at_least) wanted = format("at least {}", *each.at_least);
    if (each.at_most && count > *each.at_most) wanted = format("at most {}", *each.at_most);
    if (wanted.empty()) return;
    Failure& failure = fail(Failure::Kind::notifications, each.where, each.receiver, {},
                            format("expected {} notification{} from {} up to {}, {} came", wanted,
                                   wanted == "1" || wanted.ends_with(" 1") ? "" : "s", format_duration(each.from),
                                   format_duration(each.to), count));
    for (const Notification* notification : sent) {
      failure.got.push_back(describe(*notification, test_.start));
      failure.diff.push_back({ruletest::DiffLine::Mark::same, failure.got.back()});
    }
    explain(each, failure);
  }

  void explain(const NotificationCase& each, Failure& failure) const {
    failure.account = account_of(configuration_, played_.outcomes.flushes, played_.outcomes.notifications,
                                 each.receiver, test_.start, test_.start + each.to);
    constexpr std::size_t kMostPaths = 20;
    std::size_t paths = 0;
    for (const model::Labels& labels : played_.alerts) {
      for (const std::size_t route : match(configuration_.routes, labels)) {
        if (configuration_.routes[route].receiver == each.receiver || ++paths > kMostPaths) continue;
        failure.account.push_back("elsewhere: " + describe_path(configuration_, labels, route));
      }
    }
    if (paths > kMostPaths)
      failure.account.push_back(
          format("… and {} route{} of alerts more", paths - kMostPaths, paths - kMostPaths == 1 ? "" : "s"));
  }

  const LoadedTests& loaded_;
  const Configuration& configuration_;
  const ConfigurationTest& test_;
  const Played& played_;
  ruletest::TestResult& result_;
  Budget* budget_;
  std::map<const Notification*, std::expected<Payload, RenderFault>> payloads_;  // those that were asked for
};

}  // namespace

std::expected<Payload, RenderFault> payload_of(const LoadedTests& loaded, const Notification& notification,
                                               Budget* budget) {
  if (notification.payload != nullptr) return *notification.payload;
  return payload_of({.configuration = *loaded.configuration,
                     .templates = loaded.rendering,
                     .external_url = loaded.file.external_url,
                     .budget = budget},
                    notification);
}

ConfigurationTestResult run_configuration_test(const LoadedTests& loaded, const ConfigurationTest& test,
                                               std::uint64_t seed, Budget* budget) {
  ConfigurationTestResult out;
  ruletest::TestResult& result = out.result;
  result.title = test.title();
  result.where = test.where;
  Played played = play(loaded, test, seed, false, budget);
  if (!played.trouble.empty()) {
    Failure& failure = result.failures.emplace_back();
    failure.where = test.where;
    failure.what = played.trouble;
    failure.remedy = "shorten the time that its cases look at";
    return out;
  }
  Judge(loaded, test, played, result, budget).judge();
  if (!result.passed()) {
    // Once more, to tell what became of each alert.
    played = play(loaded, test, seed, true, budget);
    result.failures.clear();
    Judge(loaded, test, played, result, budget).judge();
  }
  out.notifications = std::move(played.outcomes.notifications);
  return out;
}

}  // namespace firedrill::notify
