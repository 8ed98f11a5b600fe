// A small world for the tests of the engine: configurations made of values, alerts posted at seconds since the start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/text/format.h"
#include "notify/alertmanager.h"

namespace firedrill::notify {

inline Time at(double seconds) {
  return Time(from_seconds(seconds));
}
inline double since_start(Time t) {
  return to_seconds(t);
}

inline Matchers matchers(std::initializer_list<std::pair<std::string, std::string>> equal) {
  Matchers out;
  for (const auto& [name, value] : equal) out.push_back(*make_matcher(name, MatchOp::equal, value));
  return out;
}

inline Integration webhook(std::size_t index) {
  Integration out;
  out.kind = "webhook";
  out.index = index;
  out.send_resolved = true;
  return out;
}

// One receiver with webhooks, one route; tests change what they are about.
inline Configuration simple_configuration(Version version = kNewest) {
  Configuration out;
  out.version = version;
  Receiver receiver;
  receiver.name = "team";
  receiver.integrations.push_back(webhook(0));
  out.receivers.push_back(std::move(receiver));
  Route route;
  route.receiver = "team";
  route.key = "{}";
  route.id = "{}";
  route.group_by = {"alertname"};
  route.group_wait = 2s;
  route.group_interval = 5s;
  route.repeat_interval = 1h;
  out.routes.push_back(std::move(route));
  return out;
}

inline PostedAlert alert(model::Labels labels, std::optional<double> starts = {}, std::optional<double> ends = {}) {
  PostedAlert out{.labels = std::move(labels)};
  if (starts) out.starts_at = at(*starts);
  if (ends) out.ends_at = at(*ends);
  return out;
}

class Engine {
 public:
  explicit Engine(Configuration configuration, const Flags& flags = {}, std::shared_ptr<const Endpoints> endpoints = {})
      : manager(std::make_shared<const Configuration>(std::move(configuration)), {.flags = flags, .seed = 1},
                std::move(endpoints)) {}

  void post(double seconds, std::vector<PostedAlert> alerts) { manager.post(alerts, at(seconds)); }
  void run_to(double seconds) { manager.run_due(at(seconds)); }

  // What came out since it was last asked: "2 first_notification A,-B" (a resolved alert behind '-'), one each.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const Notification& each : manager.take_outcomes().notifications) out.push_back(describe(each));
    return out;
  }
  static std::string describe(const Notification& notification) {
    std::string text = format("{:g} {}", since_start(notification.time), to_string(notification.reason));
    if (!notification.accepted) text += " failed";
    for (const FlushedAlert& each : notification.alerts) {
      text += format(" {}{}", each.is_resolved ? "-" : "", name_of(each.alert->labels));
    }
    return text;
  }
  static std::string name_of(const model::Labels& labels) {
    std::string name(labels.get("alertname"));
    if (labels.has("i")) name += format("/{}", labels.get("i"));
    return name;
  }

  Alertmanager manager;
};

// Answers by a function of the receiver's name, the integration and the seconds.
class Scripted final : public Endpoints {
 public:
  using Script = std::function<Response(std::string_view, std::size_t, double)>;
  explicit Scripted(Script script) : script_(std::move(script)) {}
  Response respond(const Receiver& receiver, std::size_t integration, Time now) const override {
    return script_(receiver.name, integration, since_start(now));
  }

 private:
  Script script_;
};

}  // namespace firedrill::notify
