#include "console/alertmanager_api/config_text.h"

#include "base/duration.h"
#include "base/text/json.h"

namespace firedrill::console {
namespace {

json::array matcher_texts(const notify::Matchers& matchers) {
  json::array out;
  for (const notify::Matcher& matcher : matchers) out.emplace_back(notify::to_text(matcher));
  return out;
}

json::array names(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

json::object route_json(const notify::Configuration& configuration, const notify::Route& route) {
  json::object out{{"receiver", route.receiver}};
  if (route.group_by_all) out["group_by"] = json::array{"..."};
  if (!route.group_by.empty()) out["group_by"] = names(route.group_by);
  if (!route.matchers.empty()) out["matchers"] = matcher_texts(route.matchers);
  out["group_wait"] = format_duration(route.group_wait);
  out["group_interval"] = format_duration(route.group_interval);
  out["repeat_interval"] = format_duration(route.repeat_interval);
  if (route.parent) out["continue"] = route.continues;
  if (!route.mute_time_intervals.empty()) out["mute_time_intervals"] = names(route.mute_time_intervals);
  if (!route.active_time_intervals.empty()) out["active_time_intervals"] = names(route.active_time_intervals);
  json::array children;
  for (const std::size_t child : route.children) {
    children.push_back(route_json(configuration, configuration.routes[child]));
  }
  if (!children.empty()) out["routes"] = std::move(children);
  return out;
}

}  // namespace

// JSON, which is YAML too.
std::string config_text(const notify::Configuration& configuration) {
  json::array rules, receivers, intervals;
  for (const notify::InhibitRule& rule : configuration.inhibit_rules) {
    rules.push_back(json::object{{"source_matchers", matcher_texts(rule.source_matchers)},
                                 {"target_matchers", matcher_texts(rule.target_matchers)},
                                 {"equal", names(rule.equal)}});
  }
  for (const notify::Receiver& receiver : configuration.receivers) {
    receivers.push_back(json::object{{"name", receiver.name}});
  }
  for (const notify::NamedTimeInterval& interval : configuration.time_intervals) {
    intervals.push_back(json::object{{"name", interval.name}, {"time_intervals", json::array()}});
  }
  json::object out{{"route", route_json(configuration, configuration.root())}, {"receivers", std::move(receivers)}};
  if (!rules.empty()) out["inhibit_rules"] = std::move(rules);
  if (!intervals.empty()) out["time_intervals"] = std::move(intervals);
  return write_json(out, JsonStyle::pretty);
}

}  // namespace firedrill::console
