#include "driver/export/rule_replay.h"

#include <algorithm>

#include "incident/expressions.h"
#include "tsdb/series_file.h"

namespace firedrill::driver {

std::set<std::string, std::less<>> written_names(const RuleFiles& files) {
  std::set<std::string, std::less<>> names{"ALERTS", "ALERTS_FOR_STATE"};
  for (const auto& file : files) {
    for (const auto& group : file.groups) {
      for (const auto& rule : group.rules) {
        if (!rule.alerting()) names.insert(rule.name());
      }
    }
  }
  return names;
}

alerting::Settings replay_settings(const record::Record& record, Duration interval) {
  alerting::Settings settings;
  settings.promql.version = incident::version_of(record);
  settings.promql.default_subquery_step = record.monitoring.evaluation_interval;
  settings.evaluation_interval = interval;
  settings.query_offset = record.monitoring.query_offset;
  settings.world.external_labels = record.monitoring.external_labels;
  settings.world.external_url = record.monitoring.external_url;
  settings.world.url_functions = false;  // as in promtool, which the unit test is for
  return settings;
}

RuleReplay::RuleReplay(const RuleFiles& files, const LoadedRecord& loaded, const alerting::Settings& settings)
    : store_(std::make_unique<tsdb::Store>()) {
  const auto written = written_names(files);
  const tsdb::Store& series = loaded.series;
  for (const tsdb::SeriesRef ref : series.select({})) {
    const model::Labels& labels = series.labels(ref);
    if (!tsdb::has_samples(series, ref) || written.contains(labels.metric_name())) continue;
    sources_.push_back({series.history(ref), store_->series(labels)});
  }
  std::size_t count = 0;
  for (const auto& file : files) count += file.groups.size();
  groups_.reserve(count);
  for (const auto& file : files) {
    for (const auto& group : file.groups) groups_.push_back({&group, alerting::Group(group, *store_, settings)});
  }
}

void RuleReplay::evaluate(Time t) {
  for (Source& source : sources_) {
    for (; source.next < source.samples.size() && source.samples[source.next].t <= t; ++source.next) {
      store_->append(source.to, source.samples[source.next].t, source.samples[source.next].value);
    }
  }
  steps_.clear();
  std::vector<events::AlertTransition> transitions;
  for (Running& running : groups_) {
    transitions.clear();
    running.group.evaluate(t, transitions);
    for (events::AlertTransition& each : transitions) {
      const alerting::Rule* rule = &running.source->rules[each.rule];
      steps_.push_back({rule, std::move(each)});
    }
  }
}

std::vector<alerting::Alert> RuleReplay::firing(std::string_view alertname) const {
  std::vector<alerting::Alert> result;
  for (const Running& running : groups_) {
    for (std::size_t i = 0; i < running.source->rules.size(); ++i) {
      const alerting::Rule& rule = running.source->rules[i];
      if (!rule.alerting() || rule.name() != alertname) continue;
      for (alerting::Alert& alert : running.group.alerts(i)) {
        if (alert.state == alerting::AlertState::firing) result.push_back(std::move(alert));
      }
    }
  }
  std::ranges::stable_sort(result, {}, &alerting::Alert::labels);
  return result;
}

}  // namespace firedrill::driver
