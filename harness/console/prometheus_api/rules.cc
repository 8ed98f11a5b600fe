// rules and alerts.
#include <algorithm>

#include "base/hash.h"
#include "base/text/format.h"
#include "console/prometheus_api/answers.h"
#include "console/prometheus_api/parameters.h"
#include "console/prometheus_api/prometheus_api.h"
#include "promql/parse/parser.h"
#include "promql/parse/printer.h"

namespace firedrill::console {
namespace {

json::object alert_json(const AlertView& alert) {
  json::object out{{"labels", labels_json(alert.labels)},
                   {"annotations", texts_json(alert.annotations)},
                   {"state", std::string(to_string(alert.state))},
                   {"activeAt", go_time(alert.active_at)}};
  if (alert.keep_firing_since) out["keepFiringSince"] = go_time(*alert.keep_firing_since);
  out["value"] = go_exponent(alert.value);
  return out;
}

bool is_active(const AlertView& alert) {
  return alert.state != events::AlertState::inactive && !alert.resolved_at;
}

json::array alerts_json(const RuleView& rule) {
  json::array out;
  for (const AlertView& alert : rule.alerts) {
    if (is_active(alert)) out.push_back(alert_json(alert));
  }
  return out;
}

// Which rules are asked for: each list empty where all are.
struct RuleChoice {
  bool alerting = true;
  bool recording = true;
  bool with_alerts = true;
  std::vector<std::string> names, groups, files;
  MatcherSets matchers;
  std::size_t limit = 0;  // groups of one answer; 0: all
  std::string token;      // of the first one

  static bool has(const std::vector<std::string>& list, const std::string& name) {
    return list.empty() || std::ranges::find(list, name) != list.end();
  }
  bool takes(const RuleGroupView& group) const { return has(groups, group.name) && has(files, group.file); }
  bool takes(const RuleView& rule) const {
    if (!(rule.alerting ? alerting : recording) || !has(names, rule.name)) return false;
    const auto labels = model::Labels::from(rule.labels);
    const auto fits = [&](const auto& set) {
      return std::ranges::all_of(set, [&](const model::Matcher& matcher) { return matcher.matches(labels); });
    };
    return matchers.empty() || std::ranges::any_of(matchers, fits);
  }
};

// strconv.ParseBool.
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, text) != std::end(kFalse)) return false;
  return std::nullopt;
}

std::expected<RuleChoice, std::string> parse_choice(const Form& form, const promql::ParseOptions& options) {
  RuleChoice choice;
  choice.names = form.values("rule_name[]");
  choice.groups = form.values("rule_group[]");
  choice.files = form.values("file[]");
  auto sets = parse_matcher_sets(form.values("match[]"), options);
  if (!sets) return std::unexpected(sets.error());
  choice.matchers = *std::move(sets);
  const std::string type = form.value("type");
  if (!type.empty() && type != "alert" && type != "record") {
    return std::unexpected(format("invalid parameter \"type\": not supported value {}", model::quote(type)));
  }
  choice.alerting = type != "record";
  choice.recording = type != "alert";
  if (const std::string text = form.value("exclude_alerts"); !text.empty()) {
    const auto exclude = parse_bool(text);
    if (!exclude) {
      return std::unexpected(
          format("invalid parameter \"exclude_alerts\": error converting exclude_alerts: strconv.ParseBool: parsing "
                 "{}: invalid syntax",
                 model::quote(text)));
    }
    choice.with_alerts = !*exclude;
  }
  choice.token = form.value("group_next_token");
  const std::string limit = form.value("group_limit");
  if (limit.empty() && !choice.token.empty()) {
    return std::unexpected(
        "invalid parameter \"group_next_token\": group_limit needs to be present in order to paginate over the groups");
  }
  if (!limit.empty()) {
    const auto most = parse_go_int(limit);
    if (!most) {
      std::string why = most.error();
      if (const auto at = why.find("Atoi"); at != std::string::npos) why.replace(at, 4, "ParseInt");
      return std::unexpected(
          format("invalid parameter \"group_limit\": group_limit needs to be a valid number: {}", why));
    }
    if (*most <= 0) return std::unexpected("invalid parameter \"group_limit\": group_limit needs to be greater than 0");
    choice.limit = static_cast<std::size_t>(*most);
  }
  return choice;
}

std::string token_of(const RuleGroupView& group) {
  return sha256_hex(group.file + ";" + group.name).substr(0, 40);
}

// As Prometheus prints what it has parsed.
std::string printed(const RuleView& rule, const promql::ParseOptions& options) {
  const auto parsed = promql::parse_text(rule.expr, options);
  return parsed ? promql::print(**parsed) : rule.expr;
}

json::object rule_json(const RuleView& rule, const RuleChoice& choice, const promql::ParseOptions& options) {
  json::object out;
  if (rule.alerting) out["state"] = std::string(to_string(rule.state));
  out["name"] = rule.name;
  out["query"] = printed(rule, options);
  if (rule.alerting) {
    out["duration"] = to_seconds(rule.hold);
    out["keepFiringFor"] = to_seconds(rule.keep_firing_for);
  }
  json::object labels = texts_json(rule.labels);
  if (rule.alerting || !labels.empty()) out["labels"] = std::move(labels);
  if (rule.alerting) {
    out["annotations"] = texts_json(rule.annotations);
    if (choice.with_alerts) out["alerts"] = alerts_json(rule);
  }
  out["health"] = rule.health;
  if (!rule.last_error.empty()) out["lastError"] = rule.last_error;
  out["evaluationTime"] = 0;
  out["lastEvaluation"] = rule.last_evaluation ? go_time(*rule.last_evaluation) : std::string(kNever);
  out["type"] = rule.alerting ? "alerting" : "recording";
  return out;
}

json::object group_json(const RuleGroupView& group, const RuleChoice& choice, const promql::ParseOptions& options) {
  json::array rules;
  std::optional<Time> last;
  for (const RuleView& rule : group.rules) {
    if (choice.takes(rule)) rules.push_back(rule_json(rule, choice, options));
    if (rule.last_evaluation) last = std::max(last.value_or(Time::min()), *rule.last_evaluation);
  }
  return {{"name", group.name},
          {"file", group.file},
          {"rules", std::move(rules)},
          {"interval", to_seconds(group.interval)},
          {"limit", group.limit},
          {"evaluationTime", 0},
          {"lastEvaluation", last ? go_time(*last) : std::string(kNever)}};
}

}  // namespace

http::Response PrometheusApi::rules(const http::Request& request, Segments) const {
  const promql::ParseOptions options = monitoring_.promql().parsing();
  const auto choice = parse_choice(Form::of(request), options);
  if (!choice) return api_fault(ApiFault::bad_data, choice.error());
  json::object data;
  json::array groups;
  std::string next;
  bool begun = choice->token.empty();
  for (const RuleGroupView& group : monitoring_.rule_groups()) {
    begun = begun || token_of(group) == choice->token;
    if (!begun || !choice->takes(group)) continue;
    json::object each = group_json(group, *choice, options);
    if (each.at("rules").as_array().empty()) continue;
    if (choice->limit > 0 && groups.size() == choice->limit) {
      next = token_of(group);
      break;
    }
    groups.push_back(std::move(each));
  }
  if (!begun) {
    return api_fault(ApiFault::bad_data, format("invalid parameter \"group_next_token\": invalid group_next_token "
                                                "'{}'. were rule groups changed?",
                                                choice->token));
  }
  data["groups"] = std::move(groups);
  if (!next.empty()) data["groupNextToken"] = next;
  return api_data(std::move(data));
}

http::Response PrometheusApi::alerts(const http::Request&, Segments) const {
  json::array out;
  for (const RuleGroupView& group : monitoring_.rule_groups()) {
    for (const RuleView& rule : group.rules) {
      for (json::value& alert : alerts_json(rule)) out.push_back(std::move(alert));
    }
  }
  return api_data(json::object{{"alerts", std::move(out)}});
}

}  // namespace firedrill::console
