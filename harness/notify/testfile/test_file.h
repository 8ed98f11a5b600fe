// Tests of an Alertmanager configuration as typed values: alerts and times in, routes and notifications out. All times
// are durations since the start of the test.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "events/alert.h"
#include "model/labels.h"
#include "notify/alertmanager.h"

namespace firedrill::notify {

// An alert as a Prometheus sends it.
struct SentAlert {
  model::Labels labels;
  events::Annotations annotations;
  Duration firing{};
  std::optional<Duration> resolved;  // nothing: never
  Duration resend_delay = 1min;
  Duration evaluation_interval = 1min;
  std::optional<Duration> stops;  // the sender dies: nothing is sent from then on
  Position where;
};

struct Push {
  struct Alert {
    model::Labels labels;
    events::Annotations annotations;
    std::optional<Duration> starts_at;
    std::optional<Duration> ends_at;
  };
  Duration at{};
  std::vector<Alert> alerts;
  Position where;
};

// What an integration answers in a span of time.
struct ReceiverFailure {
  std::string receiver;
  std::optional<std::size_t> integration;  // nothing: all of them
  Duration from{};
  std::optional<Duration> to;  // up to and without it; nothing: for ever
  int status = 0;              // 0: it does not answer
  Position where;
};

struct TestSilence {
  Matchers matchers;
  Duration from{};
  Duration to{};
  std::string comment;
  Position where;
};

struct RouteCase {
  model::Labels labels;
  std::optional<Duration> at;
  std::vector<std::string> receivers;
  std::optional<std::vector<std::string>> muted_by;
  Position where;
};

struct AlertCase {
  model::Labels labels;  // the one alert that has these
  Duration at{};
  std::string state;  // active | suppressed | resolved | unprocessed; empty: any
  std::optional<std::vector<model::Labels>> inhibited_by;
  std::optional<bool> silenced;
  Position where;
};

struct ExpectedAlert {
  model::Labels labels;
  bool exact = false;  // it has no others
  std::string status;  // firing | resolved; empty: any
  std::optional<Duration> starts_at;
  std::optional<Duration> ends_at;
};

struct ExpectedNotification {
  Duration from{};  // at, or within
  Duration to{};    // both belong to it
  std::string status;
  std::string reason;
  std::optional<model::Labels> group_labels;
  std::optional<std::vector<ExpectedAlert>> alerts;
  std::map<std::string, std::string> payload;  // by field: what its text contains
  Position where;
};

struct NotificationCase {
  std::string receiver;
  std::optional<std::size_t> integration;
  Duration from{};
  Duration to{};  // up to and without it
  std::optional<std::vector<ExpectedNotification>> notifications;
  std::optional<std::size_t> count;
  std::optional<std::size_t> at_least;
  std::optional<std::size_t> at_most;
  Position where;
};

struct ConfigurationTest {
  std::string name;
  std::size_t number = 0;  // in the file, from 0
  Time start{};
  std::vector<SentAlert> alerts;
  std::vector<Push> pushes;
  std::vector<ReceiverFailure> receiver_failures;
  std::vector<TestSilence> silences;
  std::vector<Duration> reloads;
  std::vector<RouteCase> route_cases;
  std::vector<AlertCase> alert_cases;
  std::vector<NotificationCase> notification_cases;
  Position where;

  std::string title() const { return name.empty() ? "unnamed#" + std::to_string(number) : name; }
};

struct ConfigurationTestFile {
  SourcePtr source;
  std::string configuration;  // relative to the file's folder
  Position configuration_at;
  std::string templates_from;  // empty: the configuration's folder
  std::string external_url;
  Flags flags;
  std::vector<ConfigurationTest> tests;
};

}  // namespace firedrill::notify
