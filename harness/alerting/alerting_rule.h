// An alerting rule at work (Prometheus: rules/alerting.go).
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerting/alert.h"
#include "alerting/annotations/template_world.h"
#include "alerting/rule_file.h"
#include "alerting/rule_health.h"
#include "alerting/rule_series.h"
#include "promql/engine.h"
#include "tsdb/store.h"

namespace firedrill::alerting {

class AlertingRule {
 public:
  // `index` is the rule's place in its group; the world must outlive the rule.
  AlertingRule(const Rule& rule, std::size_t index, std::int64_t limit, tsdb::Store& store, const TemplateWorld& world);
  // Goes on where the other stands, over a copy of its store, with a copy of its query.
  AlertingRule(const AlertingRule& other, tsdb::Store& store, const TemplateWorld& world);
  AlertingRule(AlertingRule&&) = default;

  // Evaluates at `t` over data up to `data_time`, which is t less the query offset; samples are written there. The
  // number of samples of the expression, or why there is no result; then nothing changed (but that going over the limit
  // clears all alerts).
  std::expected<std::size_t, std::string> evaluate(Time t, Time data_time, promql::Query& query, RuleHealth& health,
                                                   std::vector<AlertTransition>& transitions);

  std::vector<Alert> alerts(const promql::Query& query, RuleHealth& health) const;
  AlertState state() const;
  void due_for_sending(Time t, Duration interval, Duration resend_delay, const promql::Query& query, RuleHealth& health,
                       std::vector<AlertSend>& due);
  void restart();
  void restore(Time t, Duration outage_tolerance, Duration grace_period);
  void mark_stale(Time t) { series_.finish(*store_, t); }

 private:
  // An alert and what it needs to be written and rendered. Annotations are rendered when somebody wants them, of the
  // last evaluation that held, except those that query the store, since its answers change.
  struct Instance {
    Alert alert;
    bool active = false;  // it is in active_
    std::uint64_t round = 0;
    std::uint32_t row = 0;
    double value = 0;
    Time rendered_for{};
    bool rendered = false;
    std::int64_t bytes = 0;  // of its labels and annotations, as counted in bytes_
    std::optional<tsdb::SeriesRef> pending;
    std::optional<tsdb::SeriesRef> firing;
    std::optional<tsdb::SeriesRef> for_state;
  };
  // Instances stay where they are in memory, and are walked in the order of their labels.
  using Instances = std::map<model::Labels, Instance>;

  std::expected<void, std::string> match_rows(std::span<const promql::RowSample> rows, Time t,
                                              const promql::Query& query, RuleHealth& health);
  Instance& instance_of(const promql::RowSample& sample, Time t, const promql::Query& query, RuleHealth& health);
  model::Labels labels_of(const promql::RowSample& sample, Time t, const promql::Query& query,
                          RuleHealth& health) const;
  bool keeps_firing(const Instance& instance, Time t) const;
  bool over_limit(Time t, std::size_t& count) const;
  void clear(Time t, const promql::Query& query, RuleHealth& health, std::vector<AlertTransition>& transitions);
  void update(Instance& instance, Time t, const promql::Query& query, RuleHealth& health,
              std::vector<AlertTransition>& transitions);
  // False if the instance is no longer active and is to be forgotten or not to be written.
  bool advance(Instance& instance, Time t, const promql::Query& query, RuleHealth& health,
               std::vector<AlertTransition>& transitions);
  void write(Instance& instance, Time data_time, RuleHealth& health);
  void step(Instance& instance, AlertState to, Time t, const promql::Query& query, RuleHealth& health,
            std::vector<AlertTransition>& transitions) const;
  const Annotations& annotations(Instance& instance, const promql::Query& query, RuleHealth& health) const;
  std::string render(const Template& text, const TemplateData& data, Time t, RuleHealth& health) const;
  tsdb::SeriesRef series_of(const Instance& instance, std::string_view name, std::string_view state) const;
  void forget_inactive();
  void weigh(Instance& instance) const;
  void forget(const Instance& instance);

  const Rule& rule_;
  std::size_t index_;
  std::int64_t limit_;
  tsdb::Store* store_;
  const TemplateWorld& world_;
  bool labels_vary_ = false;  // a label's template reads the value: a row has no fixed labels
  bool annotations_query_ = false;
  bool restored_ = true;
  std::uint64_t round_ = 0;
  mutable Instances instances_;
  std::vector<Instance*> active_;                                 // in order of labels
  std::vector<Instance*> of_row_;                                 // unless labels vary
  std::vector<std::pair<Instance*, promql::RowSample>> matched_;  // of the evaluation at hand
  RuleSeries series_;
  mutable std::int64_t bytes_ = 0;  // of all instances
  mutable Share share_;
  mutable bool over_ = false;  // they are more than the command may hold
};

}  // namespace firedrill::alerting
