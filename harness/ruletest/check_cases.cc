#include <algorithm>

#include "base/bounds/activity.h"
#include "base/text/format.h"
#include "promql/parse/parser.h"
#include "ruletest/dump.h"
#include "ruletest/test_run.h"

namespace firedrill::ruletest {
namespace {

std::string error_text(const std::vector<promql::ParseError>& errors, std::string_view text) {
  const promql::ParseError& error = errors.front();
  const std::string_view before = text.substr(0, std::min<std::size_t>(error.where.begin, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t column =
      before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1);
  return format("{}:{}: parse error: {}", line, column + 1, error.what);
}

}  // namespace

bool TestRun::sort_alert_cases() {
  for (const AlertCase& alert : test_.alerts) {
    if (alert.alertname.empty()) {
      fail(Failure::Kind::error, alert.where, {}, alert.eval_time,
           "an item under alert_rule_test misses required attribute alertname");
      return false;
    }
    alert_cases_.push_back(&alert);
  }
  std::ranges::stable_sort(alert_cases_, {}, &AlertCase::eval_time);
  return true;
}

std::shared_ptr<const promql::Expr> TestRun::parse(const std::string& text, std::string* error) {
  if (const auto known = parsed_.find(text); known != parsed_.end()) return known->second;
  auto parsed = promql::parse_text(text, options_.promql.parsing());
  if (!parsed) {
    if (error != nullptr) *error = error_text(parsed.error(), text);
    return nullptr;
  }
  return parsed_.emplace(text, *parsed).first->second;
}

// The cases before the next evaluation: they see the state that this one left.
void TestRun::check_alerts(Time next) {
  while (next_alert_case_ < alert_cases_.size() && test_.start + alert_cases_[next_alert_case_]->eval_time < next) {
    check(*alert_cases_[next_alert_case_++]);
  }
}

void TestRun::check(const AlertCase& alert) {
  ++result_.checks;
  std::vector<SeenAlert> expected, got;
  for (const ExpectedAlert& each : alert.expected) {
    SeenAlert& seen = expected.emplace_back(each.labels, each.annotations);
    std::erase_if(seen.labels, [](const model::Label& label) { return label.name == model::kAlertName; });
    seen.labels.push_back({std::string(model::kAlertName), alert.alertname});
    std::ranges::sort(seen.labels);
  }
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const alerting::Rule& rule = group.rules().rules[i];
      if (!rule.alert || rule.alert->value != alert.alertname) continue;
      for (const alerting::Alert& each : group.group.alerts(i)) {
        if (each.state != alerting::AlertState::firing) continue;
        got.push_back({{each.labels.begin(), each.labels.end()}, each.annotations});
      }
    }
  }
  Failure failure;
  const bool too_few = got.size() < expected.size();
  if (!file_.exact) leave_out_unexpected_annotations(expected, got);
  if (compare_alerts(std::move(expected), std::move(got), failure)) return;
  if (too_few) failure.remedy = why_silent(alert);
  failure.kind = Failure::Kind::alerts;
  failure.where = alert.where;
  failure.subject = alert.alertname;
  failure.eval_time = alert.eval_time;
  failed_.push_back({result_.failures.size(), &alert, nullptr});
  result_.failures.push_back(std::move(failure));
}

void TestRun::check_expressions() {
  for (const ExprCase& expr : test_.expressions) {
    ++result_.checks;
    const Activity activity(expr.expr.where);
    check(expr);
  }
  if (options_.dump) result_.dump = dump_samples(store_, settings_.promql, test_.start, end_);
}

std::optional<std::vector<SeenSample>> TestRun::seen_samples(const ExprCase& expr) {
  const auto fail_with = [&](std::string what) {
    fail(Failure::Kind::error, expr.expr.where, expr.expr.value, expr.eval_time, std::move(what));
    return std::nullopt;
  };
  std::string error;
  const auto parsed = parse(expr.expr.value, &error);
  if (parsed == nullptr) return fail_with(std::move(error));
  if (parsed->type != promql::ValueType::vector && parsed->type != promql::ValueType::scalar) {
    return fail_with("rule result is not a vector or scalar");
  }
  auto query = queries_.find(parsed.get());
  if (query == queries_.end()) {
    query = queries_.emplace(parsed.get(), promql::Query(parsed, store_, settings_.promql)).first;
  }
  const auto rows = query->second.rows_at(test_.start + expr.eval_time);
  if (!rows) {
    refuse_beyond_bounds(rows.error());
    return fail_with(rows.error());
  }
  std::vector<SeenSample> seen;
  for (const promql::RowSample& row : *rows) seen.push_back({query->second.row_labels(row.row), row.value});
  return seen;
}

std::optional<std::vector<SeenSample>> TestRun::expected_samples(const ExprCase& expr) {
  std::vector<SeenSample> expected;
  for (const ExpectedSample& sample : expr.expected) {
    if (sample.histogram) {
      fail(Failure::Kind::error, *sample.histogram, expr.expr.value, expr.eval_time,
           "native histograms are not supported", "classic histograms are: series with the label le");
      return std::nullopt;
    }
    const std::string& text = sample.labels.value;
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      expected.push_back({{}, sample.value});
      continue;
    }
    auto metric = promql::parse_metric(text, options_.promql.version);
    const Position& where = sample.labels.where.source ? sample.labels.where : expr.where;
    if (const auto odd = metric ? why_never_met(*metric) : std::nullopt) {
      fail(Failure::Kind::error, where, expr.expr.value, expr.eval_time,
           format("labels {}: {}", model::quote(text), odd->what), odd->remedy);
      return std::nullopt;
    }
    std::string what;
    if (!metric) {
      what = metric.error().what;
    } else if (const auto rest = text.find_first_not_of(" \t\r\n", metric->length); rest != std::string::npos) {
      what = format("unexpected {} after the metric", model::quote(text.substr(rest)));
    } else {
      expected.push_back({std::move(metric->labels), sample.value});
      continue;
    }
    fail(Failure::Kind::error, where, expr.expr.value, expr.eval_time,
         format("labels {}: parse error: {}", model::quote(text), what),
         "expected a metric such as up{job=\"api\"}, or {} for a scalar");
    return std::nullopt;
  }
  return expected;
}

void TestRun::check(const ExprCase& expr) {
  auto got = seen_samples(expr);
  if (!got) return;
  auto expected = expected_samples(expr);
  if (!expected) return;
  Failure failure;
  if (compare_samples(std::move(*expected), std::move(*got), file_.fuzzy_compare, failure)) return;
  failure.kind = Failure::Kind::samples;
  failure.where = expr.where;
  failure.subject = expr.expr.value;
  failure.eval_time = expr.eval_time;
  failed_.push_back({result_.failures.size(), nullptr, &expr});
  result_.failures.push_back(std::move(failure));
}

}  // namespace firedrill::ruletest
