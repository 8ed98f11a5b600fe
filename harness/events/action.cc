#include "events/action.h"

#include <utility>

#include "base/text/format.h"

namespace firedrill::events {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kActionKinds.size()> kNames{
    "begin fault", "end fault",       "rollback",   "restart",           "scale",     "failover",   "drain",
    "shed_load",   "disable_feature", "warm_cache", "renew_certificate", "free_disk", "fix_config", "kill_query",
    "rate_limit",  "silence",         "declare"};

std::string joined(const Arguments& arguments) {
  std::string out;
  for (const auto& [name, value] : arguments) out += format("{}{}={}", out.empty() ? "" : " ", name, value);
  return out;
}

}  // namespace

std::string_view to_string(ActionKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<ActionKind> parse_action_kind(std::string_view name) {
  for (const ActionKind kind : kActionKinds) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string describe(const Action& action) {
  std::string out = format("{} {}", to_string(action.kind), action.subject);
  if (action.kind == ActionKind::scale) out += format(" to {}", action.replicas);
  if (action.arguments) out += " " + joined(*action.arguments);
  return out;
}

Event event_of(const Action& action) {
  Event event{
      .t = action.t, .kind = EventKind::action_taken, .subject = std::string(to_string(action.kind)), .fields = {}};
  if (!action.by.empty()) event.with("by", action.by);
  event.with("target", action.subject);
  if (action.kind == ActionKind::scale) event.with("replicas", static_cast<double>(action.replicas));
  if (action.arguments) event.with("arguments", joined(*action.arguments));
  return event;
}

namespace {

Event outcome(EventKind kind, const Action& action, Time t, std::string reason) {
  Event event{.t = t, .kind = kind, .subject = format("{} {}", to_string(action.kind), action.subject), .fields = {}};
  if (!action.by.empty()) event.with("by", action.by);
  event.with("reason", std::move(reason));
  return event;
}

}  // namespace

Event helped(const Action& action, Time t, std::string reason) {
  return outcome(EventKind::action_effective, action, t, std::move(reason));
}

Event without_effect(const Action& action, std::string reason) {
  return outcome(EventKind::action_ineffective, action, action.t, std::move(reason));
}

}  // namespace firedrill::events
