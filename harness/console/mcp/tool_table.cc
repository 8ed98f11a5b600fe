#include "console/mcp/tool_table.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"

namespace firedrill::console::mcp {
namespace {

using Lines = std::vector<std::string>;

// A text of the arguments as a part of a line; empty: it is not there.
std::string text(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  std::string out(value->as_string());
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return out;
}

std::string number(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  if (value == nullptr) return {};
  return value->is_uint64() ? std::to_string(value->as_uint64()) : std::to_string(value->as_int64());
}

std::string joined(std::initializer_list<std::string> parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (!part.empty()) line += (line.empty() ? "" : " ") + part;
  }
  return line;
}

Lines query_lines(const json::object& given) {
  const std::string back = text(given, "range");
  if (back.empty()) return {joined({"query", text(given, "expression")})};
  return {joined({"range", back, text(given, "expression")})};
}

Lines alerts_lines(const json::object& given) {
  const std::string name = text(given, "name");
  return {name.empty() ? "alerts" : joined({"alert", name})};
}

Lines logs_lines(const json::object& given) {
  const std::string search = text(given, "search");
  return {joined({"logs", text(given, "service"), number(given, "lines"), search.empty() ? "" : "/" + search + "/"})};
}

Lines events_lines(const json::object& given) {
  return {joined({"events", text(given, "service"), number(given, "lines")})};
}

Lines changes_lines(const json::object&) {
  return {"changes"};
}

Lines topology_lines(const json::object& given) {
  const json::value* pods = given.if_contains("pods");
  const std::string service = text(given, "service");
  if ((pods != nullptr && pods->as_bool()) || !service.empty()) return {joined({"pods", service})};
  return {"map"};
}

Lines playbook_lines(const json::object& given) {
  const std::string name = text(given, "name");
  return {name.empty() ? "playbooks" : joined({"playbook", name})};
}

Lines look_lines(const json::object& given) {
  return {joined({text(given, "at"), text(given, "which")})};
}

// What people do among themselves is a command of its own; what they do to production is `do`.
Lines act_lines(const json::object& given) {
  constexpr std::array<std::string_view, 7> kCommands{"ack",       "escalate", "hand-over", "silence",
                                                      "unsilence", "would",    "note"};
  const std::string action = text(given, "action");
  const std::string word = action.substr(0, action.find(' '));
  if (std::ranges::find(kCommands, word) != kCommands.end()) return {action};
  return {joined({"do", action})};
}

Lines post_lines(const json::object& given) {
  return {joined({"post", text(given, "channel"), text(given, "status"), text(given, "text")})};
}

Lines declare_lines(const json::object& given) {
  Lines lines;
  const std::string severity = text(given, "severity");
  const std::string service = text(given, "service");
  const std::string cause = text(given, "cause");
  if (!severity.empty()) lines.push_back(joined({"severity", severity}));
  if (service == "nothing" && cause.empty()) lines.push_back("hypothesis nothing");
  if (service.empty() == cause.empty() && !service.empty()) lines.push_back(joined({"hypothesis", service, cause}));
  if (service.empty() != cause.empty() && service != "nothing") return {};
  return lines;
}

Lines wait_lines(const json::object& given) {
  const std::string time = text(given, "for");
  const json::value* news = given.if_contains("until_news");
  if (news != nullptr && news->as_bool()) return {joined({"next", time})};
  if (time.empty()) return {};
  return {joined({"wait", time})};
}

Lines submit_lines(const json::object&) {
  return {"finish"};
}

constexpr std::array<std::string_view, 4> kSeverities{"P0", "P1", "P2", "P3"};
constexpr std::array<std::string_view, 2> kChannels{"internal", "external"};
constexpr std::array<std::string_view, 4> kStatuses{"investigating", "identified", "monitoring", "resolved"};
constexpr std::array<std::string_view, 16> kSights{"status", "pages",   "page",  "news",     "messages", "roster",
                                                   "rules",  "metrics", "deeds", "silences", "actions",  "kinds",
                                                   "steps",  "hint",    "help",  "pods"};

constexpr std::string_view kServiceDoc = "a service's name; left out: all";
constexpr std::string_view kLinesDoc = "how many at most, the newest; left out: as the console shows them";

constexpr std::array kQuery{
    Argument{"expression", ArgumentType::text, true, "PromQL: sum by (service) (rate(http_requests_total[5m]))"},
    Argument{"range", ArgumentType::text, false, "how far back, as 30m: values over that time and not only now's"}};
constexpr std::array kAlerts{Argument{"name", ArgumentType::text, false, "one alert, in full; left out: all"}};
constexpr std::array kLogs{Argument{"service", ArgumentType::text, false, kServiceDoc},
                           Argument{"search", ArgumentType::text, false, "a regular expression that lines hold"},
                           Argument{"lines", ArgumentType::integer, false, kLinesDoc}};
constexpr std::array kEvents{Argument{"service", ArgumentType::text, false, kServiceDoc},
                             Argument{"lines", ArgumentType::integer, false, kLinesDoc}};
constexpr std::array kTopology{Argument{"pods", ArgumentType::boolean, false, "pods, and not the map of services"},
                               Argument{"service", ArgumentType::text, false, "pods of this service"}};
constexpr std::array kPlaybook{Argument{"name", ArgumentType::text, false, "one of them; left out: which there are"}};
constexpr std::array kLook{
    Argument{"at", ArgumentType::text, true, "at what: pages are what you were called for, status says where you are",
             kSights},
    Argument{"which", ArgumentType::text, false, "of pages, pods and metrics: which one, by its number or name"}};
constexpr std::array kAct{
    Argument{"action", ArgumentType::text, true,
             "`rollback api`, `kubectl rollout undo deployment/api`, `scale web replicas=6`; `would rollback api` says "
             "what it would do; `ack 1`, `escalate 1 secondary`, `hand-over 1 payments`, `silence alertname=\"X\" 1h`, "
             "`note TEXT`. `look` at `actions` lists what can be done"}};
constexpr std::array kPost{
    Argument{"channel", ArgumentType::text, true, "the team's own channel, or the status page", kChannels},
    Argument{"status", ArgumentType::text, false, "of the incident, as it is told", kStatuses},
    Argument{"text", ArgumentType::text, true, "what is said"}};
constexpr std::array kDeclare{
    Argument{"severity", ArgumentType::text, false, "how bad it is", kSeverities},
    Argument{"service", ArgumentType::text, false, "whose fault it is; `nothing`: a false alarm"},
    Argument{"cause", ArgumentType::text, false, "the kind of cause; `look` at `kinds` lists them"}};
constexpr std::array kWait{
    Argument{"for", ArgumentType::text, false, "how long, as 30s, 5m, 1h"},
    Argument{"until_news", ArgumentType::boolean, false, "no longer than until something new reaches you"}};

constexpr std::array kTools{
    Tool{"query", "Query metrics", "PromQL over what was scraped up to now.", kQuery, true, query_lines},
    Tool{"alerts", "Alerts", "Alerts that are pending, fire, or were over lately; or one of them in full.", kAlerts,
         true, alerts_lines},
    Tool{"logs", "Logs", "The newest lines that services wrote.", kLogs, true, logs_lines},
    Tool{"events", "Cluster events", "Events of the cluster, as kubectl get events has them.", kEvents, true,
         events_lines},
    Tool{"changes",
         "Changes",
         "What somebody or something has changed: releases, settings, scaling.",
         {},
         true,
         changes_lines},
    Tool{"topology", "Topology", "Services, whom they call and how they are; or pods.", kTopology, true,
         topology_lines},
    Tool{"playbook", "Playbooks", "What the team has written down for such a case.", kPlaybook, true, playbook_lines},
    Tool{"look", "Look", "Whatever else there is to see: pages, news, roster, what can be done.", kLook, true,
         look_lines},
    Tool{"act", "Act", "Does something: to production, to pages, to alerts. What comes of it is the world's matter.",
         kAct, false, act_lines},
    Tool{"post", "Post", "Tells the team, or the public on the status page.", kPost, false, post_lines},
    Tool{"declare", "Declare",
         "Says how bad it is, and what is wrong: `severity`, or `service` and `cause` together, or all three. It may "
         "be said anew at any time.",
         kDeclare, false, declare_lines},
    Tool{"wait", "Wait", "Lets time go by, which stands still otherwise: give `for`, or `until_news`, or both.", kWait,
         false, wait_lines},
    Tool{"submit", "Submit", "Says that it is over. The drill ends.", {}, false, submit_lines},
};

}  // namespace

std::span<const Tool> tool_table() {
  return kTools;
}

}  // namespace firedrill::console::mcp
