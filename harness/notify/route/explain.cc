#include "notify/route/explain.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "notify/route/route.h"

namespace firedrill::notify {
namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view joint) {
  std::string text;
  for (const std::string& each : texts) {
    if (!text.empty()) text += joint;
    text += printable(each);
  }
  return text;
}

std::string grouping(const Route& route) {
  if (route.group_by_all) return "each alert a group of its own";
  if (route.group_by.empty()) return "one group for all its alerts";
  return format("grouped by {}", joined(route.group_by, ", "));
}

std::string times(const Route& route) {
  return format("first after {}, changes after {}, again after {}", format_duration(route.group_wait),
                format_duration(route.group_interval), format_duration(route.repeat_interval));
}

std::vector<std::string> matchers_on_path(const Configuration& configuration, const Route& route) {
  std::vector<std::string> texts;
  for (const std::size_t index : path_to(configuration.routes, route.index)) {
    texts.push_back(to_text(configuration.routes[index].matchers));
  }
  return texts;
}

std::string muting(const Configuration& configuration, const Route& route, Time at) {
  const std::vector<std::string> names = muted_by(configuration, route, at);
  if (names.empty()) return format("  not muted at {}\n", format_instant(at));
  const bool inactive = names == route.active_time_intervals;
  return format("  {} at {}: {}\n",
                inactive ? "muted, since none of these intervals holds" : "muted by these intervals",
                format_instant(at), joined(names, ", "));
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

json::object route_json(const Configuration& configuration, const Route& route, std::optional<Time> at) {
  json::object object;
  object["receiver"] = route.receiver;
  object["path"] = texts_json(matchers_on_path(configuration, route));
  object["line"] = route.where.line;
  object["group_by"] = route.group_by_all ? json::array{"..."} : texts_json(route.group_by);
  object["group_wait"] = format_duration(route.group_wait);
  object["group_interval"] = format_duration(route.group_interval);
  object["repeat_interval"] = format_duration(route.repeat_interval);
  object["continue"] = route.continues;
  if (at) object["muted_by"] = texts_json(muted_by(configuration, route, *at));
  return object;
}

}  // namespace

std::string takes(const Route& route) {
  if (route.matchers.empty()) return "everything";
  std::string text;
  for (const Matcher& matcher : route.matchers) {
    if (!text.empty()) text += ", ";
    text += to_text(matcher);
  }
  return text;
}

std::string explain_routes(const Configuration& configuration, const model::Labels& labels, std::optional<Time> at) {
  const std::vector<std::size_t> taking = match(configuration.routes, labels);
  std::vector<std::string> receivers;
  for (const std::size_t index : taking) receivers.push_back(configuration.routes[index].receiver);
  std::string text = format("receivers: {}\n", joined(receivers, ", "));
  for (const std::size_t index : taking) {
    const Route& route = configuration.routes[index];
    text += format("{}:{}: {}\n", printable(configuration.file), route.where.line,
                   joined(matchers_on_path(configuration, route), " / "));
    text += format("  tells {}; {}; {}\n", printable(route.receiver), grouping(route), times(route));
    if (at) text += muting(configuration, route, *at);
  }
  return text;
}

json::value routes_json(const Configuration& configuration, const model::Labels& labels, std::optional<Time> at) {
  json::array receivers;
  json::array paths;
  json::array routes;
  std::vector<std::string> muting_names;
  for (const std::size_t index : match(configuration.routes, labels)) {
    const Route& route = configuration.routes[index];
    receivers.emplace_back(route.receiver);
    paths.emplace_back(texts_json(matchers_on_path(configuration, route)));
    routes.emplace_back(route_json(configuration, route, at));
    if (!at) continue;
    for (const std::string& name : muted_by(configuration, route, *at)) {
      if (std::ranges::find(muting_names, name) == muting_names.end()) muting_names.push_back(name);
    }
  }
  json::object object;
  object["receivers"] = std::move(receivers);
  object["path"] = std::move(paths);
  if (at) object["at"] = format_instant(*at);
  object["muted_by"] = texts_json(muting_names);
  object["routes"] = std::move(routes);
  return object;
}

}  // namespace firedrill::notify
