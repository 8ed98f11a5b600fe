#include "notify/testfile/test_file_yaml.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/scalars.h"
#include "notify/matcher/parse.h"
#include "notify/silence/silences.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;
using yaml::Nulls;
using enum FieldType;
using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> kFormKeys = {"alertmanager_config", "dispatch_start_delay"};
constexpr std::array kFileFields{
    FieldSpec{.name = "alertmanager_config", .required = true, .doc = "the configuration, relative to this file"},
    FieldSpec{.name = "templates_from", .doc = "where the configuration's template patterns start"},
    FieldSpec{.name = "external_url", .doc = "Alertmanager's own URL"},
    FieldSpec{.name = "dispatch_start_delay", .type = duration, .doc = "--dispatch.start-delay"},
    FieldSpec{.name = "dispatch_maintenance_interval",
              .type = duration,
              .doc = "--dispatch.maintenance-interval",
              .min = 0.001},
    FieldSpec{
        .name = "data_maintenance_interval", .type = duration, .doc = "--data.maintenance-interval", .min = 0.001},
    FieldSpec{.name = "data_retention", .type = duration, .doc = "--data.retention"},
};
constexpr std::array<std::string_view, 1> kFileKeys = {"tests"};
constexpr std::array kTestFields{
    FieldSpec{.name = "name", .doc = "name of the test"},
    FieldSpec{.name = "start", .type = instant, .doc = "when it begins, virtually"},
};
constexpr std::array<std::string_view, 8> kTestKeys = {
    "alerts", "pushes", "receiver_failures", "silences", "reloads", "route_cases", "alert_cases", "notification_cases"};
constexpr std::array kSentFields{
    FieldSpec{.name = "labels", .type = text_map, .required = true, .doc = "all its labels"},
    FieldSpec{.name = "annotations", .type = text_map, .doc = "its annotations"},
    FieldSpec{.name = "firing", .type = duration, .required = true, .doc = "since when it fires"},
    FieldSpec{.name = "resolved", .type = duration, .doc = "since when it does not"},
    FieldSpec{.name = "resend_delay", .type = duration, .doc = "--rules.alert.resend-delay"},
    FieldSpec{.name = "evaluation_interval", .type = duration, .doc = "of the rule's group", .min = 0.001},
    FieldSpec{.name = "stops", .type = duration, .doc = "when the sender dies"},
};
constexpr std::array kPushFields{
    FieldSpec{.name = "at", .type = duration, .required = true, .doc = "when it is posted"},
};
constexpr std::array<std::string_view, 1> kPushKeys = {"alerts"};
constexpr std::array kPushedFields{
    FieldSpec{.name = "labels", .type = text_map, .required = true, .doc = "its labels"},
    FieldSpec{.name = "annotations", .type = text_map, .doc = "its annotations"},
    FieldSpec{.name = "starts_at", .type = offset, .doc = "left out: the API's default"},
    FieldSpec{.name = "ends_at", .type = offset, .doc = "left out: the API's default"},
};
constexpr std::array kFailureFields{
    FieldSpec{.name = "receiver", .required = true, .doc = "the receiver"},
    FieldSpec{.name = "integration", .type = integer, .doc = "index within it", .min = 0},
    FieldSpec{.name = "from", .type = duration, .doc = "since when"},
    FieldSpec{.name = "to", .type = duration, .doc = "up to and without"},
    FieldSpec{.name = "status", .type = integer, .doc = "the HTTP status", .min = 100, .max = 599},
    FieldSpec{.name = "timeout", .type = boolean, .doc = "no answer comes"},
};
constexpr std::array kSilenceFields{
    FieldSpec{.name = "matchers", .type = texts, .required = true, .doc = "what it matches"},
    FieldSpec{.name = "from", .type = offset, .doc = "since when"},
    FieldSpec{.name = "to", .type = duration, .required = true, .doc = "up to and without"},
    FieldSpec{.name = "comment", .doc = "why"},
};
constexpr std::array kRouteCaseFields{
    FieldSpec{.name = "labels", .type = text_map, .required = true, .doc = "an alert's"},
    FieldSpec{.name = "at", .type = duration, .doc = "when time intervals are looked at"},
    FieldSpec{.name = "exp_receivers", .type = texts, .required = true, .doc = "in the tree's order"},
    FieldSpec{.name = "exp_muted_by", .type = texts, .doc = "names of time intervals"},
};
constexpr std::array<std::string_view, 4> kStates = {"active", "suppressed", "resolved", "unprocessed"};
constexpr std::array kAlertCaseFields{
    FieldSpec{.name = "labels", .type = text_map, .required = true, .doc = "some of the alert's"},
    FieldSpec{.name = "at", .type = duration, .required = true, .doc = "when"},
    FieldSpec{.name = "exp_state", .doc = "its state", .choices = kStates},
    FieldSpec{.name = "exp_silenced", .type = boolean, .doc = "whether a silence is on it"},
};
constexpr std::array<std::string_view, 1> kAlertCaseKeys = {"exp_inhibited_by"};
constexpr std::array<std::string_view, 2> kStatuses = {"firing", "resolved"};
constexpr std::array<std::string_view, 5> kReasons = {"first_notification", "new_alerts", "some_resolved",
                                                      "all_resolved", "repeat"};
constexpr std::array kNotificationCaseFields{
    FieldSpec{.name = "receiver", .required = true, .doc = "the receiver"},
    FieldSpec{.name = "integration", .type = integer, .doc = "index within it", .min = 0},
    FieldSpec{.name = "from", .type = duration, .doc = "since when"},
    FieldSpec{.name = "to", .type = duration, .required = true, .doc = "up to and without"},
    FieldSpec{.name = "exp_count", .type = integer, .doc = "how many", .min = 0},
    FieldSpec{.name = "at_least", .type = integer, .doc = "how many at least", .min = 0},
    FieldSpec{.name = "at_most", .type = integer, .doc = "how many at most", .min = 0},
};
constexpr std::array<std::string_view, 1> kNotificationCaseKeys = {"exp_notifications"};
constexpr std::array kExpectedFields{
    FieldSpec{.name = "at", .type = duration, .doc = "when it is sent"},
    FieldSpec{.name = "status", .doc = "as the payload says", .choices = kStatuses},
    FieldSpec{.name = "reason", .doc = "why it is sent", .choices = kReasons},
    FieldSpec{.name = "group_labels", .type = text_map, .doc = "the group's"},
    FieldSpec{.name = "payload", .type = text_map, .doc = "what its fields contain"},
};
constexpr std::array<std::string_view, 2> kExpectedKeys = {"within", "alerts"};
constexpr std::array kExpectedAlertFields{
    FieldSpec{.name = "labels", .type = text_map, .required = true, .doc = "some of its labels"},
    FieldSpec{.name = "exact", .type = boolean, .doc = "whether these are all"},
    FieldSpec{.name = "status", .doc = "firing or resolved", .choices = kStatuses},
    FieldSpec{.name = "starts_at", .type = offset, .doc = "when it began"},
    FieldSpec{.name = "ends_at", .type = offset, .doc = "when it ended"},
};
constexpr FieldSpec kMoment{.name = "a time", .type = duration, .doc = "since the start"};

class Decoder {
 public:
  Decoder(Version version, Diagnostics& diagnostics)
      : version_(version), syntax_(default_syntax(version)), diagnostics_(diagnostics) {}

  ConfigurationTestFile file(const yaml::Document& document);

 private:
  Fields fields(const Node& node, std::span<const FieldSpec> specs, Keys keys, std::string_view what) {
    return decode_fields(node, specs, {.known = keys}, what, Nulls::strict, diagnostics_);
  }
  // Calls `each(item, in words)` for a list that may be absent.
  template <typename Each>
  void list(const Node& mapping, std::string_view key, std::string_view item, const Each& each) {
    const Node* node = mapping.find(key);
    if (node == nullptr || !yaml::expect_sequence(*node, format("'{}'", key), diagnostics_)) return;
    for (std::size_t i = 0; i < node->items.size(); ++i) each(*node->items[i], format("{} {}", item, i + 1));
  }
  std::optional<Duration> moment(const Node& node) {
    const auto value = yaml::decode_value(node, kMoment, diagnostics_);
    return value ? std::optional(std::get<Duration>(*value)) : std::nullopt;
  }

  ConfigurationTest test(const Node& node, std::size_t number);
  SentAlert sent(const Node& node, std::string_view what);
  Push push(const Node& node, std::string_view what);
  ReceiverFailure receiver_failure(const Node& node, std::string_view what);
  TestSilence silence(const Node& node, std::string_view what);
  RouteCase route_case(const Node& node, std::string_view what);
  AlertCase alert_case(const Node& node, std::string_view what);
  NotificationCase notification_case(const Node& node, std::string_view what);
  ExpectedNotification expected(const Node& node, const NotificationCase& around, std::string_view what);
  void decode_when(const Node& node, const Fields& decoded, ExpectedNotification& out);
  ExpectedAlert expected_alert(const Node& node, std::string_view what);

  Version version_;
  MatcherSyntax syntax_;
  Diagnostics& diagnostics_;
};

model::Labels labels_of(const Fields& decoded, std::string_view name = "labels") {
  std::vector<model::Label> labels;
  for (const auto& [key, value] : decoded.text_map(name)) labels.push_back({key, value});
  return model::Labels::from(std::move(labels));
}

events::Annotations annotations_of(const Fields& decoded) {
  events::Annotations out;
  for (const auto& [key, value] : decoded.text_map("annotations")) out.push_back({key, value});
  return out;
}

std::optional<Duration> duration_of(const Fields& decoded, std::string_view name) {
  return decoded.has(name) ? std::optional(decoded.duration(name)) : std::nullopt;
}

std::optional<std::size_t> number_of(const Fields& decoded, std::string_view name) {
  return decoded.has(name) ? std::optional(static_cast<std::size_t>(decoded.integer(name))) : std::nullopt;
}

ConfigurationTestFile Decoder::file(const yaml::Document& document) {
  ConfigurationTestFile file;
  file.source = document.source();
  const Node& root = document.root();
  const Fields decoded = fields(root, kFileFields, kFileKeys, "the test file");
  file.configuration = decoded.text("alertmanager_config");
  file.configuration_at = decoded.where("alertmanager_config");
  file.templates_from = decoded.text("templates_from");
  file.external_url = decoded.text("external_url");
  const std::string fault = file.external_url.empty() ? std::string() : fault_of_external_url(file.external_url);
  if (!fault.empty()) {
    report(diagnostics_, decoded.where("external_url"), format("'{}': {}", file.external_url, fault),
           kExternalUrlExpected);
  }
  Flags& flags = file.flags;
  flags.dispatch_start_delay = decoded.duration("dispatch_start_delay", flags.dispatch_start_delay);
  flags.dispatch_maintenance_interval =
      decoded.duration("dispatch_maintenance_interval", flags.dispatch_maintenance_interval);
  flags.data_maintenance_interval = decoded.duration("data_maintenance_interval", flags.data_maintenance_interval);
  flags.data_retention = decoded.duration("data_retention", flags.data_retention);
  if (version_ < Version::v0_33 && decoded.has("dispatch_start_delay")) {
    report(diagnostics_, decoded.where("dispatch_start_delay"), "Alertmanager 0.25 has no --dispatch.start-delay",
           "leave it out, or test with --alertmanager-version 0.33");
  }
  list(root, "tests", "test",
       [&](const Node& node, const std::string&) { file.tests.push_back(test(node, file.tests.size())); });
  return file;
}

ConfigurationTest Decoder::test(const Node& node, std::size_t number) {
  ConfigurationTest out;
  out.number = number;
  out.where = node.where();
  const Fields decoded = fields(node, kTestFields, kTestKeys, format("test {}", number + 1));
  out.name = decoded.text("name");
  out.start = decoded.instant("start");
  const std::string of = format(" of test '{}'", out.title());
  list(node, "alerts", "alert", [&](const Node& n, std::string what) { out.alerts.push_back(sent(n, what + of)); });
  list(node, "pushes", "push", [&](const Node& n, std::string what) { out.pushes.push_back(push(n, what + of)); });
  list(node, "receiver_failures", "receiver failure",
       [&](const Node& n, std::string what) { out.receiver_failures.push_back(receiver_failure(n, what + of)); });
  list(node, "silences", "silence",
       [&](const Node& n, std::string what) { out.silences.push_back(silence(n, what + of)); });
  list(node, "reloads", "reload", [&](const Node& n, const std::string&) {
    if (const auto when = moment(n)) out.reloads.push_back(*when);
  });
  list(node, "route_cases", "route case",
       [&](const Node& n, std::string what) { out.route_cases.push_back(route_case(n, what + of)); });
  list(node, "alert_cases", "alert case",
       [&](const Node& n, std::string what) { out.alert_cases.push_back(alert_case(n, what + of)); });
  list(node, "notification_cases", "notification case",
       [&](const Node& n, std::string what) { out.notification_cases.push_back(notification_case(n, what + of)); });
  return out;
}

SentAlert Decoder::sent(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kSentFields, {}, what);
  SentAlert out;
  out.where = node.where();
  out.labels = labels_of(decoded);
  out.annotations = annotations_of(decoded);
  out.firing = decoded.duration("firing");
  out.resolved = duration_of(decoded, "resolved");
  out.resend_delay = decoded.duration("resend_delay", out.resend_delay);
  out.evaluation_interval = decoded.duration("evaluation_interval", out.evaluation_interval);
  out.stops = duration_of(decoded, "stops");
  if (out.labels.empty() && decoded.has("labels")) {
    report(diagnostics_, decoded.where("labels"), "an alert has labels", "add `alertname: …`");
  }
  if (out.resolved && *out.resolved <= out.firing) {
    report(diagnostics_, decoded.where("resolved"), "an alert resolves after it has begun to fire",
           "expected a time behind `firing`");
  }
  return out;
}

Push Decoder::push(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kPushFields, kPushKeys, what);
  Push out;
  out.where = node.where();
  out.at = decoded.duration("at");
  list(node, "alerts", "alert", [&](const Node& each, const std::string& which) {
    const Fields alert = fields(each, kPushedFields, {}, format("{} of {}", which, what));
    out.alerts.push_back(
        {labels_of(alert), annotations_of(alert), duration_of(alert, "starts_at"), duration_of(alert, "ends_at")});
  });
  return out;
}

ReceiverFailure Decoder::receiver_failure(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kFailureFields, {}, what);
  ReceiverFailure out;
  out.where = decoded.where("receiver");
  out.receiver = decoded.text("receiver");
  out.integration = number_of(decoded, "integration");
  out.from = decoded.duration("from");
  out.to = duration_of(decoded, "to");
  out.status = static_cast<int>(decoded.integer("status"));
  if (decoded.has("status") == decoded.boolean("timeout")) {
    report(diagnostics_, node.where(), format("{} says either a status or that no answer comes", what),
           "expected `status: 503` or `timeout: true`");
  }
  return out;
}

TestSilence Decoder::silence(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kSilenceFields, {}, what);
  TestSilence out;
  out.where = node.where();
  out.from = decoded.duration("from");
  out.to = decoded.duration("to");
  out.comment = decoded.text("comment");
  const std::size_t before = diagnostics_.size();
  const std::vector<Position> places = yaml::places_of_items(node.find("matchers"));
  const std::vector<std::string> written = decoded.texts("matchers");
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Position where = i < places.size() ? places[i] : decoded.where("matchers");
    const auto parsed = parse_matchers(written[i], syntax_);
    if (!parsed) {
      report(diagnostics_, where, parsed.error().what, "expected a matcher such as alertname=\"DiskFull\"");
      continue;
    }
    out.matchers.insert(out.matchers.end(), parsed->matchers.begin(), parsed->matchers.end());
  }
  if (asks_for_nothing(out.matchers) && decoded.has("matchers") && diagnostics_.size() == before) {
    report(diagnostics_, decoded.where("matchers"),
           "Alertmanager refuses a silence whose matchers all match the empty text",
           "add a matcher that names something");
  }
  if (decoded.has("to") && out.to <= out.from) {
    report(diagnostics_, decoded.where("to"), "a silence ends after it starts", "expected a time behind `from`");
  }
  return out;
}

RouteCase Decoder::route_case(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kRouteCaseFields, {}, what);
  RouteCase out;
  out.where = node.where();
  out.labels = labels_of(decoded);
  out.at = duration_of(decoded, "at");
  out.receivers = decoded.texts("exp_receivers");
  if (decoded.has("exp_muted_by")) out.muted_by = decoded.texts("exp_muted_by");
  if (out.muted_by && !out.at) {
    report(diagnostics_, decoded.where("exp_muted_by"), "time intervals are looked at at a time", "add `at:`");
  }
  return out;
}

AlertCase Decoder::alert_case(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kAlertCaseFields, kAlertCaseKeys, what);
  AlertCase out;
  out.where = node.where();
  out.labels = labels_of(decoded);
  out.at = decoded.duration("at");
  out.state = decoded.text("exp_state");
  if (decoded.has("exp_silenced")) out.silenced = decoded.boolean("exp_silenced");
  if (node.find("exp_inhibited_by") != nullptr) out.inhibited_by.emplace();
  list(node, "exp_inhibited_by", "source", [&](const Node& each, const std::string&) {
    constexpr FieldSpec kLabels{.name = "labels", .type = text_map, .doc = "a source's"};
    const auto value = yaml::decode_value(each, kLabels, diagnostics_);
    if (!value) return;
    std::vector<model::Label> labels;
    for (const auto& [key, text] : std::get<std::map<std::string, std::string>>(*value)) labels.push_back({key, text});
    out.inhibited_by->push_back(model::Labels::from(std::move(labels)));
  });
  if (out.state.empty() && !out.inhibited_by && !out.silenced) {
    report(diagnostics_, node.where(), format("{} expects nothing", what),
           "add exp_state, exp_inhibited_by or exp_silenced");
  }
  return out;
}

NotificationCase Decoder::notification_case(const Node& node, std::string_view what) {
  const Fields decoded = fields(node, kNotificationCaseFields, kNotificationCaseKeys, what);
  NotificationCase out;
  out.where = node.where();
  out.receiver = decoded.text("receiver");
  out.integration = number_of(decoded, "integration");
  out.from = decoded.duration("from");
  out.to = decoded.duration("to");
  out.count = number_of(decoded, "exp_count");
  out.at_least = number_of(decoded, "at_least");
  out.at_most = number_of(decoded, "at_most");
  if (decoded.has("to") && out.to <= out.from) {
    report(diagnostics_, decoded.where("to"), "no time lies between `from` and `to`", "expected a time behind `from`");
  }
  if (node.find("exp_notifications") != nullptr) out.notifications.emplace();
  list(node, "exp_notifications", "notification", [&](const Node& each, const std::string& which) {
    out.notifications->push_back(expected(each, out, format("{} of {}", which, what)));
  });
  if (!out.notifications && !out.count && !out.at_least && !out.at_most) {
    report(diagnostics_, node.where(), format("{} expects nothing", what),
           "add exp_notifications, exp_count, at_least or at_most");
  }
  return out;
}

ExpectedNotification Decoder::expected(const Node& node, const NotificationCase& around, std::string_view what) {
  const Fields decoded = fields(node, kExpectedFields, kExpectedKeys, what);
  ExpectedNotification out;
  out.where = node.where();
  const std::size_t before = diagnostics_.size();
  decode_when(node, decoded, out);
  const bool is_inside = out.from >= around.from && out.to < around.to;
  if (!is_inside && diagnostics_.size() == before) {
    report(diagnostics_, node.where(), format("{} lies outside of what the case looks at", what),
           "`from` and `to` of the case say what that is; `to` itself does not belong to it");
  }
  out.status = decoded.text("status");
  out.reason = decoded.text("reason");
  if (decoded.has("group_labels")) out.group_labels = labels_of(decoded, "group_labels");
  if (decoded.has("payload")) out.payload = decoded.text_map("payload");
  if (node.find("alerts") != nullptr) out.alerts.emplace();
  list(node, "alerts", "alert", [&](const Node& each, const std::string& which) {
    out.alerts->push_back(expected_alert(each, format("{} of {}", which, what)));
  });
  return out;
}

void Decoder::decode_when(const Node& node, const Fields& decoded, ExpectedNotification& out) {
  out.from = out.to = decoded.duration("at");
  const Node* within = node.find("within");
  if (within == nullptr) {
    if (node.find("at") == nullptr && node.is_mapping()) {
      report(diagnostics_, node.where(), "an expected notification says when it is sent",
             "add `at: 1m30s` or `within: [1m, 2m]`");
    }
    return;
  }
  if (decoded.has("at")) {
    report(diagnostics_, within->where(), "a notification is expected at a time or within two, not both",
           "remove `at` or `within`");
  }
  if (!within->is_sequence() || within->items.size() != 2) {
    report(diagnostics_, within->where(), "'within' wants two times", "expected a list such as [2s, 2s500ms]");
    return;
  }
  out.from = moment(*within->items[0]).value_or(Duration{});
  out.to = moment(*within->items[1]).value_or(out.from);
  if (out.to < out.from) {
    report(diagnostics_, within->where(), "the second time of 'within' is the later one", "exchange the two");
  }
}

ExpectedAlert Decoder::expected_alert(const Node& node, std::string_view what) {
  ExpectedAlert out;
  // Labels alone, or a block with more; no alert of a test has a label `labels` that is a mapping.
  const Node* labels = node.find("labels");
  if (labels == nullptr || !labels->is_mapping()) {
    constexpr FieldSpec kLabels{.name = "an alert", .type = text_map, .doc = "some of its labels"};
    if (const auto value = yaml::decode_value(node, kLabels, diagnostics_)) {
      for (const auto& [key, text] : std::get<std::map<std::string, std::string>>(*value)) out.labels.set(key, text);
    }
    return out;
  }
  const Fields decoded = fields(node, kExpectedAlertFields, {}, what);
  out.labels = labels_of(decoded);
  out.exact = decoded.boolean("exact");
  out.status = decoded.text("status");
  out.starts_at = duration_of(decoded, "starts_at");
  out.ends_at = duration_of(decoded, "ends_at");
  return out;
}

}  // namespace

constinit const yaml::FileForm kConfigurationTestForm = {
    .name = "test of an Alertmanager configuration",
    .keys = kFormKeys,
    .expected = "expected `alertmanager_config:` with a path and `tests:` with a list of tests"};

ConfigurationTestFile decode_configuration_tests(const yaml::Document& document, Version version,
                                                 Diagnostics& diagnostics) {
  return Decoder(version, diagnostics).file(document);
}

}  // namespace firedrill::notify
