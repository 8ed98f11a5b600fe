#include "alerting/alerting_rule.h"

#include <algorithm>
#include <chrono>

#include "base/text/format.h"

namespace firedrill::alerting {
namespace {

constexpr std::string_view kAlerts = "ALERTS";
constexpr std::string_view kForState = "ALERTS_FOR_STATE";
constexpr std::int64_t kBytesAtATime = 1 << 12;

double unix_seconds(Time t) {
  return static_cast<double>(std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count());
}

}  // namespace

AlertingRule::AlertingRule(const Rule& rule, std::size_t index, std::int64_t limit, tsdb::Store& store,
                           const TemplateWorld& world)
    : rule_(rule),
      index_(index),
      limit_(limit),
      store_(&store),
      world_(world),
      share_(store.budget(), Bound::label_bytes, kBytesAtATime) {
  labels_vary_ = std::ranges::any_of(rule.label_templates, &Template::depends_on_value);
  annotations_query_ = std::ranges::any_of(rule.annotation_templates, &Template::calls_query);
}

AlertingRule::AlertingRule(const AlertingRule& other, tsdb::Store& store, const TemplateWorld& world)
    : AlertingRule(other.rule_, other.index_, other.limit_, store, world) {
  restored_ = other.restored_;
  round_ = other.round_;
  instances_ = other.instances_;
  const auto own = [this](const Instance* theirs) {
    return theirs != nullptr ? &instances_.find(theirs->alert.labels)->second : nullptr;
  };
  for (const Instance* instance : other.active_) active_.push_back(own(instance));
  for (const Instance* instance : other.of_row_) of_row_.push_back(own(instance));
  series_ = other.series_;
  bytes_ = other.bytes_;
  over_ = other.over_ || !share_.use(bytes_);
}

std::string AlertingRule::render(const Template& text, const TemplateData& data, Time t, RuleHealth& health) const {
  auto result = text.try_render(data, world_, t);
  if (result) return std::move(*result);
  ++health.template_errors;
  health.last_template_error = result.error();
  return "<error expanding template: " + result.error() + ">";
}

model::Labels AlertingRule::labels_of(const promql::RowSample& sample, Time t, const promql::Query& query,
                                      RuleHealth& health) const {
  const model::Labels& of_sample = query.row_labels(sample.row);
  const TemplateData data{of_sample, sample.value};
  model::Labels labels = of_sample.without_name();
  for (std::size_t i = 0; i < rule_.labels.size(); ++i) {
    labels.set(rule_.labels[i].name, render(rule_.label_templates[i], data, t, health));
  }
  labels.set(model::kAlertName, rule_.alert->value);
  return labels;
}

AlertingRule::Instance& AlertingRule::instance_of(const promql::RowSample& sample, Time t, const promql::Query& query,
                                                  RuleHealth& health) {
  const auto look_up = [&]() -> Instance& {
    const auto [it, fresh] = instances_.try_emplace(labels_of(sample, t, query, health));
    if (fresh) {
      it->second.alert.labels = it->first;
      weigh(it->second);
    }
    return it->second;
  };
  if (labels_vary_) return look_up();
  if (sample.row >= of_row_.size()) of_row_.resize(sample.row + 1, nullptr);
  if (!of_row_[sample.row]) of_row_[sample.row] = &look_up();
  return *of_row_[sample.row];
}

std::expected<void, std::string> AlertingRule::match_rows(std::span<const promql::RowSample> rows, Time t,
                                                          const promql::Query& query, RuleHealth& health) {
  ++round_;
  matched_.clear();
  for (const promql::RowSample& sample : rows) {
    Instance& instance = instance_of(sample, t, query, health);
    if (over_) return std::unexpected(store_->budget()->summary());
    if (instance.round == round_) {
      return std::unexpected("vector contains metrics with the same labelset after applying alert labels");
    }
    instance.round = round_;
    matched_.emplace_back(&instance, sample);
  }
  return {};
}

const Annotations& AlertingRule::annotations(Instance& instance, const promql::Query& query, RuleHealth& health) const {
  if (!instance.rendered) {
    const TemplateData data{query.row_labels(instance.row), instance.alert.value};
    instance.alert.annotations.clear();
    for (std::size_t i = 0; i < rule_.annotations.size(); ++i) {
      instance.alert.annotations.push_back(
          {rule_.annotations[i].name, render(rule_.annotation_templates[i], data, instance.rendered_for, health)});
    }
    instance.rendered = true;
    if (!rule_.annotations.empty()) weigh(instance);
  }
  return instance.alert.annotations;
}

// Its labels are there twice: in the instance, and as its key.
void AlertingRule::weigh(Instance& instance) const {
  std::size_t bytes = sizeof(Instance) + 2 * instance.alert.labels.bytes();
  for (const model::Label& annotation : instance.alert.annotations) {
    bytes += sizeof(annotation) + annotation.name.size() + annotation.value.size();
  }
  bytes_ += static_cast<std::int64_t>(bytes) - instance.bytes;
  instance.bytes = static_cast<std::int64_t>(bytes);
  if (!share_.use(bytes_)) over_ = true;
}

void AlertingRule::forget(const Instance& instance) {
  bytes_ -= instance.bytes;
  share_.use(bytes_);
}

void AlertingRule::step(Instance& instance, AlertState to, Time t, const promql::Query& query, RuleHealth& health,
                        std::vector<AlertTransition>& transitions) const {
  Alert& alert = instance.alert;
  transitions.push_back(
      {t, index_, alert.state, to, alert.labels, annotations(instance, query, health), alert.value, alert.active_at});
  alert.state = to;
}

bool AlertingRule::keeps_firing(const Instance& instance, Time t) const {
  if (instance.alert.state != AlertState::firing || rule_.keep_firing_for.count() == 0) return false;
  return t - instance.alert.keep_firing_since.value_or(t) < rule_.keep_firing_for;
}

// How many alerts would be pending or firing, before anything is changed: going over the limit undoes everything.
bool AlertingRule::over_limit(Time t, std::size_t& count) const {
  count = matched_.size();
  for (const Instance* instance : active_) count += instance->round != round_ && keeps_firing(*instance, t) ? 1 : 0;
  return limit_ > 0 && count > static_cast<std::size_t>(limit_);
}

void AlertingRule::clear(Time t, const promql::Query& query, RuleHealth& health,
                         std::vector<AlertTransition>& transitions) {
  for (Instance* instance : active_) {
    if (instance->alert.state != AlertState::inactive) {
      step(*instance, AlertState::inactive, t, query, health, transitions);
    }
    instance->active = false;
  }
  active_.clear();
}

void AlertingRule::update(Instance& instance, Time t, const promql::Query& query, RuleHealth& health,
                          std::vector<AlertTransition>& transitions) {
  const bool known = instance.active && instance.alert.state != AlertState::inactive;
  Alert& alert = instance.alert;
  alert.value = instance.value;
  instance.rendered = false;
  instance.rendered_for = t;
  if (annotations_query_) annotations(instance, query, health);
  if (known) return;
  alert.state = AlertState::inactive;
  alert.active_at = t;
  alert.fired_at = alert.resolved_at = alert.keep_firing_since = alert.last_sent_at = std::nullopt;
  step(instance, AlertState::pending, t, query, health, transitions);
  if (instance.active) return;
  instance.active = true;
  const auto place = std::ranges::lower_bound(
      active_, alert.labels, {}, [](const Instance* i) -> const model::Labels& { return i->alert.labels; });
  active_.insert(place, &instance);
}

bool AlertingRule::advance(Instance& instance, Time t, const promql::Query& query, RuleHealth& health,
                           std::vector<AlertTransition>& transitions) {
  Alert& alert = instance.alert;
  if (instance.round == round_) {
    alert.keep_firing_since.reset();
  } else {
    if (alert.state == AlertState::firing && rule_.keep_firing_for.count() > 0 && !alert.keep_firing_since) {
      alert.keep_firing_since = t;
    }
    if (!keeps_firing(instance, t)) {
      const bool forgotten = alert.resolved_at && t - *alert.resolved_at > kResolvedRetention;
      if (alert.state == AlertState::pending || forgotten) instance.active = false;
      if (alert.state != AlertState::inactive) {
        step(instance, AlertState::inactive, t, query, health, transitions);
        alert.resolved_at = t;
      }
      return false;
    }
  }
  if (alert.state == AlertState::pending && t - alert.active_at >= rule_.hold) {
    alert.fired_at = t;
    step(instance, AlertState::firing, t, query, health, transitions);
  }
  return true;
}

tsdb::SeriesRef AlertingRule::series_of(const Instance& instance, std::string_view name, std::string_view state) const {
  // The rule's labels as written first: one that renders to nothing shows its template in ALERTS, in Prometheus too.
  model::Labels labels;
  for (const NamedText& label : rule_.labels) labels.set(label.name, label.text.value);
  for (const model::Label& label : instance.alert.labels) labels.set(label.name, label.value);
  labels.set(model::kMetricName, name);
  labels.set(model::kAlertName, rule_.alert->value);
  if (!state.empty()) labels.set("alertstate", state);
  return store_->series(labels);
}

void AlertingRule::write(Instance& instance, Time t, RuleHealth& health) {
  const bool firing = instance.alert.state == AlertState::firing;
  std::optional<tsdb::SeriesRef>& state = firing ? instance.firing : instance.pending;
  if (!state) state = series_of(instance, kAlerts, to_string(instance.alert.state));
  if (!instance.for_state) instance.for_state = series_of(instance, kForState, {});
  const bool written = series_.write(*store_, *state, t, 1);
  const bool written_too = series_.write(*store_, *instance.for_state, t, unix_seconds(instance.alert.active_at));
  if (!written || !written_too) health.last_error = std::string(kRefusedSample);
}

void AlertingRule::forget_inactive() {
  std::erase_if(active_, [](const Instance* instance) { return !instance->active; });
  // Where labels follow the value there would be no end of instances.
  if (!labels_vary_) return;
  std::erase_if(instances_, [this](const auto& entry) {
    if (!entry.second.active) forget(entry.second);
    return !entry.second.active;
  });
}

std::expected<std::size_t, std::string> AlertingRule::evaluate(Time t, Time data_time, promql::Query& query,
                                                               RuleHealth& health,
                                                               std::vector<AlertTransition>& transitions) {
  const auto rows = query.rows_at(data_time);
  if (!rows) return std::unexpected(rows.error());
  auto result = match_rows(*rows, t, query, health);
  std::size_t count = 0;
  if (result && over_limit(t, count)) {
    clear(t, query, health, transitions);
    result = std::unexpected(format("exceeded limit of {} with {} alerts", limit_, count));
  }
  if (!result) {
    forget_inactive();
    return std::unexpected(result.error());
  }
  // In order of labels, like everything that is told.
  std::ranges::sort(matched_, {}, [](const auto& match) -> const model::Labels& { return match.first->alert.labels; });
  for (const auto& [instance, sample] : matched_) {
    instance->row = sample.row;
    instance->value = sample.value;
    update(*instance, t, query, health, transitions);
    if (over_) return std::unexpected(store_->budget()->summary());
  }
  for (Instance* instance : active_) {
    if (advance(*instance, t, query, health, transitions) && restored_) write(*instance, data_time, health);
    if (over_) return std::unexpected(store_->budget()->summary());
  }
  forget_inactive();
  series_.finish(*store_, data_time);
  return rows->size();
}

std::vector<Alert> AlertingRule::alerts(const promql::Query& query, RuleHealth& health) const {
  std::vector<Alert> result;
  for (Instance* instance : active_) {
    annotations(*instance, query, health);
    result.push_back(instance->alert);
  }
  return result;
}

AlertState AlertingRule::state() const {
  AlertState highest = AlertState::inactive;
  for (const Instance* instance : active_) highest = std::max(highest, instance->alert.state);
  return highest;
}

void AlertingRule::due_for_sending(Time t, Duration interval, Duration resend_delay, const promql::Query& query,
                                   RuleHealth& health, std::vector<AlertSend>& due) {
  for (Instance* instance : active_) {
    Alert& alert = instance->alert;
    if (alert.state == AlertState::pending) continue;
    const bool resolved_since = alert.resolved_at && (!alert.last_sent_at || *alert.resolved_at > *alert.last_sent_at);
    if (!resolved_since && alert.last_sent_at && *alert.last_sent_at + resend_delay >= t) continue;
    alert.last_sent_at = t;
    annotations(*instance, query, health);
    const Time valid_until = t + 4 * std::max(interval, resend_delay);
    due.push_back({.t = t,
                   .rule = index_,
                   .state = alert.state,
                   .labels = alert.labels,
                   .annotations = alert.annotations,
                   .value = alert.value,
                   .active_at = alert.active_at,
                   .starts_at = *alert.fired_at,
                   .ends_at = alert.resolved_at.value_or(valid_until)});
  }
}

void AlertingRule::restart() {
  active_.clear();
  of_row_.clear();
  matched_.clear();
  instances_.clear();
  bytes_ = 0;
  share_.use(0);
  series_ = {};
  restored_ = false;
}

void AlertingRule::restore(Time t, Duration outage_tolerance, Duration grace_period) {
  restored_ = true;
  // What waits for less than the grace period anyway starts afresh.
  if (rule_.hold < grace_period) return;
  for (Instance* instance : active_) {
    Alert& alert = instance->alert;
    // Prometheus looks for the rule's labels as written, so that one made by a template is not found.
    const bool constant = std::ranges::all_of(
        rule_.labels, [&](const NamedText& label) { return alert.labels.get(label.name) == label.text.value; });
    model::Labels labels = alert.labels;
    labels.set(model::kMetricName, kForState);
    const auto series = store_->find(labels);
    if (!constant || !series) continue;
    const std::vector<model::Sample> history = store_->history(*series);
    const auto end = std::ranges::upper_bound(history, t, {}, &model::Sample::t);
    if (end == history.begin()) continue;
    const model::Sample& last = *(end - 1);
    if (last.t < t - outage_tolerance || is_stale(last.value)) continue;
    const Time down_at = std::chrono::floor<std::chrono::seconds>(last.t);
    const Time was_active = Time(std::chrono::seconds(static_cast<std::int64_t>(last.value)));
    const Duration remaining = rule_.hold - (down_at - was_active);
    if (remaining <= Duration(0)) {
      alert.active_at = was_active;  // it was firing: it goes on at the next evaluation
    } else if (remaining < grace_period) {
      alert.active_at = t + grace_period - rule_.hold;
    } else {
      alert.active_at = was_active + (t - down_at);  // the time that it was down does not count
    }
  }
}

}  // namespace firedrill::alerting
