#include <algorithm>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/decode.h"
#include "notify/config/parts_yaml.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;

constexpr std::string_view kKeys[] = {"receiver",
                                      "group_by",
                                      "match",
                                      "match_re",
                                      "matchers",
                                      "mute_time_intervals",
                                      "active_time_intervals",
                                      "continue",
                                      "routes",
                                      "group_wait",
                                      "group_interval",
                                      "repeat_interval"};

class RouteDecoder {
 public:
  explicit RouteDecoder(const PartContext& context) : context_(context), diagnostics_(context.diagnostics()) {}

  std::vector<Route> decode(const Node& root) {
    add(root, std::nullopt, 0, "'route'");
    return std::move(routes_);
  }

 private:
  void add(const Node& node, std::optional<std::size_t> parent, std::size_t position, const std::string& what) {
    Route route = parent ? inherited(routes_[*parent]) : Route{};
    route.index = routes_.size();
    route.parent = parent;
    route.position = position;
    route.where = node.where();
    if (yaml::expect_mapping(node, what, diagnostics_)) decode_own(node, what, route);
    name(route);
    const std::size_t index = route.index;
    routes_.push_back(std::move(route));
    if (parent) routes_[*parent].children.push_back(index);
    const Node* children = node.find("routes");
    if (children == nullptr || children->is_null() ||
        !yaml::expect_sequence(*children, format("'routes' of {}", what), diagnostics_)) {
      return;
    }
    for (std::size_t i = 0; i < children->items.size(); ++i) {
      add(*children->items[i], index, i, format("route {}", i + 1));
    }
  }

  static Route inherited(const Route& parent) {
    Route route;
    route.receiver = parent.receiver;
    route.group_by = parent.group_by;
    route.group_by_all = parent.group_by_all;
    route.group_wait = parent.group_wait;
    route.group_interval = parent.group_interval;
    route.repeat_interval = parent.repeat_interval;
    return route;
  }

  void decode_own(const Node& node, std::string_view what, Route& route) {
    refuse_unknown(node, kKeys, what, diagnostics_);
    if (const Node* receiver = node.find("receiver")) {
      const std::string name = decode_text(*receiver, "'receiver'", diagnostics_);
      if (!name.empty()) route.receiver = name;
    }
    if (const Node* group_by = node.find("group_by")) decode_group_by(*group_by, route);
    if (const Node* match = node.find("match"))
      decode_match(*match, MatchOp::equal, "'match'", context_, route.matchers);
    if (const Node* match = node.find("match_re")) {
      decode_match(*match, MatchOp::regex, "'match_re'", context_, route.matchers);
    }
    if (const Node* matchers = node.find("matchers"))
      decode_matchers(*matchers, "'matchers'", context_, route.matchers);
    sort(route.matchers);
    decode_names(node, "mute_time_intervals", route.mute_time_intervals);
    decode_names(node, "active_time_intervals", route.active_time_intervals);
    decode_continue(node, route);
    decode_time(node, "group_wait", true, route.group_wait);
    decode_time(node, "group_interval", false, route.group_interval);
    decode_time(node, "repeat_interval", false, route.repeat_interval);
  }

  void decode_group_by(const Node& node, Route& route) {
    const std::vector<std::string> names = decode_label_names(node, "'group_by'", context_);
    const bool all = std::ranges::find(names, "...") != names.end();
    if (all && names != std::vector<std::string>(names.size(), "...")) {
      report(diagnostics_, node.where(), "'group_by' has both '...' and labels",
             "'...' stands for all labels; write it alone, or leave it out");
    }
    std::vector<std::string> sorted = names;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (!all && twice != sorted.end()) {
      report(diagnostics_, node.where(), format("'group_by' has the label '{}' twice", *twice), "remove one of them");
    }
    if (all) {
      route.group_by_all = true;
      route.group_by.clear();
      return;
    }
    // An empty list means no labels from 0.31 on; before, that nothing is said.
    if (node.is_null() || (names.empty() && context_.forms.version < Version::v0_33)) return;
    route.group_by_all = false;
    route.group_by = std::move(sorted);
  }

  void decode_names(const Node& node, std::string_view key, std::vector<std::string>& names) {
    const Node* list = node.find(key);
    if (list == nullptr) return;
    for (const Value& item : decode_texts(*list, format("'{}'", key), diagnostics_).items) names.push_back(item.text);
  }

  void decode_continue(const Node& node, Route& route) {
    const Node* value = node.find("continue");
    if (value == nullptr || value->is_null()) return;
    const auto truth = scalar_boolean(*value);
    if (!truth) {
      report(diagnostics_, value->where(), format("'continue' cannot be {}", value->describe()),
             "expected true or false, without quotes");
    }
    route.continues = truth.value_or(false);
  }

  void decode_time(const Node& node, std::string_view key, bool may_be_zero, Duration& time) {
    const Node* value = node.find(key);
    if (value == nullptr || value->is_null()) return;
    const auto parsed = value->is_scalar() ? parse_duration(value->text) : std::unexpected(std::string("no duration"));
    if (!parsed) {
      report(diagnostics_, value->where(), format("'{}': {}", key, parsed.error()),
             "expected a duration such as 30s, 5m or 1h30m");
    } else if (*parsed == Duration{} && !may_be_zero) {
      report(diagnostics_, value->where(), format("'{}' cannot be 0", key), "expected a duration such as 5m");
    } else {
      time = *parsed;
    }
  }

  void name(Route& route) const {
    route.key = to_text(route.matchers);
    route.id = route.key;
    if (!route.parent) return;
    const Route& parent = routes_[*route.parent];
    route.id = format("{}/{}/{}", parent.id, route.key, route.position);
    route.key = format("{}/{}", parent.key, route.key);
  }

  const PartContext& context_;
  Diagnostics& diagnostics_;
  std::vector<Route> routes_;
};

std::vector<std::string> names_of(const auto& named) {
  std::vector<std::string> names;
  for (const auto& each : named) names.push_back(each.name);
  return names;
}

// Names as they stand in the file, with their places.
void check_names(const Node& route, std::string_view key, const std::set<std::string, std::less<>>& known,
                 const std::vector<std::string>& names, std::string_view what, Diagnostics& diagnostics) {
  const Node* node = route.find(key);
  if (node == nullptr) return;
  const auto check = [&](const Node& each) {
    if (!each.is_scalar() || known.contains(each.text)) return;
    if (each.text.empty() && key == "receiver") return;
    report(
        diagnostics, each.where(), format("there is no {} '{}'", what, each.text),
        names.empty() ? format("add it to the configuration's {}s", what) : suggest_one(each.text, names, diagnostics));
  };
  if (node->is_scalar()) check(*node);
  for (const Node* item : node->items) check(*item);
}

class NameCheck {
 public:
  NameCheck(const Configuration& configuration, Diagnostics& diagnostics)
      : receivers_(names_of(configuration.receivers)),
        intervals_(names_of(configuration.time_intervals)),
        known_receivers_(receivers_.begin(), receivers_.end()),
        known_intervals_(intervals_.begin(), intervals_.end()),
        diagnostics_(diagnostics) {}

  void check(const Node& route) const {
    check_names(route, "receiver", known_receivers_, receivers_, "receiver", diagnostics_);
    for (const std::string_view key : {"mute_time_intervals", "active_time_intervals"}) {
      check_names(route, key, known_intervals_, intervals_, "time interval", diagnostics_);
    }
    const Node* children = route.find("routes");
    if (children == nullptr) return;
    for (const Node* child : children->items) check(*child);
  }

 private:
  std::vector<std::string> receivers_;
  std::vector<std::string> intervals_;
  std::set<std::string, std::less<>> known_receivers_;
  std::set<std::string, std::less<>> known_intervals_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<Route> decode_routes(const Node& node, const PartContext& context) {
  return RouteDecoder(context).decode(node);
}

void check_routes(const Configuration& configuration, const Node& root, Diagnostics& diagnostics) {
  const Route& route = configuration.root();
  const auto refuse = [&](std::string_view key, std::string_view what) {
    const Node::Entry* entry = root.entry(key);
    report(diagnostics, entry == nullptr ? root.where() : entry->key_node->where(), std::string(what),
           "the root takes every alert; put it into a route below it");
  };
  if (route.receiver.empty()) {
    report(diagnostics, root.where(), "the root route has no receiver",
           "add `receiver: …`: who is told of alerts that no other route takes");
  }
  if (!route.matchers.empty()) {
    const std::string_view key = root.find("matchers") != nullptr ? "matchers"
                                 : root.find("match")             ? "match"
                                                                  : "match_re";
    refuse(key, "the root route cannot have matchers");
  }
  if (!route.mute_time_intervals.empty()) refuse("mute_time_intervals", "the root route cannot be muted");
  if (!route.active_time_intervals.empty()) refuse("active_time_intervals", "the root route is always active");
  if (route.continues) refuse("continue", "the root route cannot have 'continue'");
  NameCheck(configuration, diagnostics).check(root);
}

}  // namespace firedrill::notify
