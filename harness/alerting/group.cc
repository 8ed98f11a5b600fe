#include "alerting/group.h"

#include <algorithm>
#include <variant>

#include "alerting/alerting_rule.h"
#include "alerting/analysis/needed_selectors.h"
#include "alerting/annotations/template_query.h"
#include "alerting/recording_rule.h"
#include "base/bounds/activity.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using RuleKind = std::variant<RecordingRule, AlertingRule>;

struct RuleState {
  const Position& where;
  std::shared_ptr<const promql::Expr> expression;
  promql::Query query;
  bool evaluable;  // the expression gives a vector or scalar
  RuleHealth health;
  RuleKind rule;
  Time begin = Time::min();  // of its evaluations

  AlertingRule* alerting() { return std::get_if<AlertingRule>(&rule); }
};

}  // namespace

struct Group::Impl {
  Impl(const RuleGroup& group, tsdb::Store& store, const Settings& settings)
      : name(group.name.value),
        interval(group.interval.value_or(0ms) > 0ms ? *group.interval : settings.evaluation_interval),
        query_offset(group.query_offset.value_or(settings.query_offset)),
        template_query(store, settings.promql),
        world(world_of(settings, store)) {
    rules.reserve(group.rules.size());
    for (const Rule& rule : group.rules) add(rule, group.limit, store, settings.promql);
  }

  Impl(const Impl& other, tsdb::Store& store, const Settings& settings)
      : name(other.name),
        interval(other.interval),
        query_offset(other.query_offset),
        template_query(store, settings.promql),
        world(world_of(settings, store)) {
    rules.reserve(other.rules.size());
    for (const RuleState& state : other.rules) {
      const Activity activity(state.where);
      rules.push_back({state.where, state.expression, promql::Query(state.query, store), state.evaluable, state.health,
                       copy(state.rule, store), state.begin});
    }
  }

  TemplateWorld world_of(const Settings& settings, const tsdb::Store& store) {
    TemplateWorld result = settings.world;
    result.version = settings.promql.version;
    result.budget = store.budget();
    if (!result.query) result.query = [this](const std::string& text, Time t) { return template_query(text, t); };
    return result;
  }

  RuleKind copy(const RuleKind& rule, tsdb::Store& store) const {
    if (const auto* recording = std::get_if<RecordingRule>(&rule)) return RecordingRule(*recording, store);
    return AlertingRule(std::get<AlertingRule>(rule), store, world);
  }

  void add(const Rule& rule, std::int64_t limit, tsdb::Store& store, const promql::Options& options) {
    const promql::ValueType type = rule.expression->type;
    const bool evaluable = type == promql::ValueType::vector || type == promql::ValueType::scalar;
    const Activity activity(rule.expr.where);
    promql::Query query(rule.expression, store, options);
    if (rule.alert) {
      rules.push_back({rule.expr.where,
                       rule.expression,
                       std::move(query),
                       evaluable,
                       {},
                       AlertingRule(rule, rules.size(), limit, store, world)});
    } else {
      rules.push_back(
          {rule.expr.where, rule.expression, std::move(query), evaluable, {}, RecordingRule(rule, limit, store)});
    }
  }

  std::expected<std::size_t, std::string> evaluate_rule(RuleState& state, Time t,
                                                        std::vector<AlertTransition>& transitions) {
    if (!state.evaluable) return std::unexpected("rule result is not a vector or scalar");
    const Time data_time = t - query_offset;
    if (AlertingRule* rule = state.alerting()) {
      return rule->evaluate(t, data_time, state.query, state.health, transitions);
    }
    std::size_t refused = 0;
    auto samples = std::get<RecordingRule>(state.rule).evaluate(data_time, state.query, refused);
    if (refused > 0) state.health.last_error = std::string(kRefusedSample);
    return samples;
  }

  bool stopped() const { return world.budget != nullptr && world.budget->exceeded(); }

  void evaluate(RuleState& state, Time t, std::vector<AlertTransition>& transitions) {
    RuleHealth& health = state.health;
    ++health.evaluations;
    health.last_error.clear();
    const auto samples = evaluate_rule(state, t, transitions);
    health.last_samples = samples.value_or(0);
    if (!samples) {
      ++health.failures;
      health.last_error = samples.error();
    }
    if (!health.last_error.empty()) health.last_error_at = t;
  }

  std::string name;
  Duration interval;
  Duration query_offset;
  TemplateQuery template_query;
  TemplateWorld world;
  std::vector<RuleState> rules;
};

Group::Group(const RuleGroup& group, tsdb::Store& store, const Settings& settings)
    : impl_(std::make_unique<Impl>(group, store, settings)) {}
Group::Group(const Group& other, tsdb::Store& store, const Settings& settings)
    : impl_(std::make_unique<Impl>(*other.impl_, store, settings)) {}
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(Group&&) noexcept = default;
Group::~Group() = default;

const std::string& Group::name() const {
  return impl_->name;
}
Duration Group::interval() const {
  return impl_->interval;
}
std::size_t Group::rule_count() const {
  return impl_->rules.size();
}

std::size_t Group::evaluate(Time t, std::vector<AlertTransition>& transitions) {
  std::optional<Activity> activity;
  std::size_t evaluated = 0;
  for (RuleState& state : impl_->rules) {
    if (t < state.begin) continue;
    if (!activity) activity.emplace(state.where);
    activity->at(state.where);
    impl_->evaluate(state, t, transitions);
    ++evaluated;
    if (impl_->stopped()) break;
  }
  return evaluated;
}

void Group::begin_at(std::size_t rule, Time t) {
  impl_->rules[rule].begin = t;
}

const RuleHealth& Group::health(std::size_t rule) const {
  return impl_->rules[rule].health;
}

std::vector<Alert> Group::alerts(std::size_t rule) const {
  RuleState& state = impl_->rules[rule];
  return state.alerting() ? state.alerting()->alerts(state.query, state.health) : std::vector<Alert>();
}

AlertState Group::state(std::size_t rule) const {
  RuleState& state = impl_->rules[rule];
  return state.alerting() ? state.alerting()->state() : AlertState::inactive;
}

std::vector<AlertSend> Group::due_for_sending(Time t, Duration resend_delay) {
  std::vector<AlertSend> due;
  for (RuleState& state : impl_->rules) {
    if (AlertingRule* rule = state.alerting()) {
      rule->due_for_sending(t, impl_->interval, resend_delay, state.query, state.health, due);
    }
  }
  return due;
}

std::vector<std::string> Group::unmatched_selectors(std::size_t rule) const {
  std::vector<std::string> unmatched;
  RuleState& state = impl_->rules[rule];
  const auto needed = needed_selectors(*state.expression);
  for (const auto& coverage : state.query.coverage()) {
    if (coverage.series != 0) continue;
    const auto same = [&](const promql::VectorSelector* selector) {
      return promql::equal(*selector, *coverage.selector);
    };
    if (std::ranges::any_of(needed, same)) unmatched.push_back(promql::print(*coverage.selector));
  }
  return unmatched;
}

void Group::restore(Time t, Duration outage_tolerance, Duration grace_period) {
  for (RuleState& state : impl_->rules) {
    if (AlertingRule* rule = state.alerting()) rule->restore(t, outage_tolerance, grace_period);
  }
}

void Group::restart() {
  for (RuleState& state : impl_->rules) {
    std::visit([](auto& rule) { rule.restart(); }, state.rule);
  }
}

void Group::mark_stale(Time t) {
  for (RuleState& state : impl_->rules) {
    std::visit([&](auto& rule) { rule.mark_stale(t - impl_->query_offset); }, state.rule);
  }
}

}  // namespace firedrill::alerting
