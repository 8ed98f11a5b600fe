#include "driver/export/promtool_limits.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "promql/functions/functions.h"

namespace firedrill::driver {
namespace {

// They tell the time of day or the date, and a unit test's time begins in 1970.
constexpr std::array<std::string_view, 10> kClockFunctions = {
    "time",          "timestamp", "day_of_month", "day_of_week", "day_of_year",
    "days_in_month", "hour",      "minute",       "month",       "year"};
// promtool runs out of samples there (cmd/promtool/unittest.go: MaxSamples).
constexpr std::int64_t kMaxSamples = 10'000;
// What helps where nothing about the run would.
constexpr std::string_view kOtherExport = "export it as openmetrics, which takes any run";

class Limits {
 public:
  Limits(const LoadedRecord& loaded, const RuleFiles& files, const Position& record)
      : loaded_(loaded), record_(loaded.record), files_(files), where_(record) {}

  Diagnostics find() {
    check_run();
    for (const auto& file : files_) {
      if (file.resource) {
        refuse({file.source}, "promtool does not read PrometheusRule resources", "write its groups into a rule file");
      }
      for (const auto& group : file.groups) check_group(group);
    }
    check_failures();
    return std::move(found_);
  }

 private:
  void refuse(const Position& where, std::string what, std::string remedy = std::string(kOtherExport)) {
    found_.push_back({Severity::error, where, std::move(what), std::move(remedy)});
  }

  void check_run() {
    const record::MonitoringRecord& monitoring = record_.monitoring;
    if (monitoring.scrape_phase != "aligned") {
      refuse(where_, "targets were scraped at offsets of their own, and promtool's series have one interval for all",
             "run the scenario again with --scrape-phase aligned, or set `scrape_phase: aligned` in it");
    }
    if (monitoring.simulated_from) {
      refuse(where_, format("before {} the warm-up was simulated, and promtool evaluates all from one start",
                            format_instant(record_.started)));
    } else if (monitoring.whole_from) {
      refuse(where_,
             format("before {} only what rules look back at was scraped and evaluated, and promtool evaluates all from "
                    "the start",
                    format_instant(*monitoring.whole_from)),
             format("run the scenario again with `warmup: {}` and `start: {}` for `warmup: auto`",
                    format_duration(record_.judged_from - record_.started), format_instant(record_.started)));
    }
    check_start(monitoring.scrape_interval, "scrape_interval");
    if (monitoring.query_offset != Duration(0)) {
      refuse(where_, "the configuration has a rule_query_offset, and a unit test has none",
             "give each group a query_offset");
    }
    check_grid(monitoring.scrape_interval);
    const auto interval = common_interval(files_, record_);
    if (!interval) {
      refuse(where_, "the rule groups have different intervals, and promtool evaluates all at one",
             "give all groups one interval");
      return;
    }
    interval_ = *interval;
    check_start(interval_, "evaluation interval");
    // In promtool the default step is that of all evaluations.
    default_step_ = interval_;
  }

  // Jobs may have intervals of their own: those that are multiples of the common one leave gaps, others do not fit.
  void check_grid(Duration interval) {
    const tsdb::Store& series = loaded_.series;
    const auto written = written_names(files_);
    if (record_.monitoring.scrape_phase != "aligned") return;
    for (const tsdb::SeriesRef ref : series.select({})) {
      if (written.contains(series.labels(ref).metric_name())) continue;
      const auto samples = series.history(ref);
      // Each time by itself: the difference of two may leave 64 bits.
      const Duration offset = record_.started.time_since_epoch() % interval;
      const bool fits = std::ranges::all_of(samples, [&](const model::Sample& sample) {
        return (sample.t.time_since_epoch() % interval - offset) % interval == Duration(0);
      });
      if (fits) continue;
      refuse(where_,
             format("{} was not scraped at multiples of the scrape_interval of {}", series.labels(ref).to_string(),
                    format_duration(interval)),
             "give all jobs one scrape_interval");
      return;
    }
  }

  void check_start(Duration interval, std::string_view what) {
    if (record_.started.time_since_epoch() % interval == Duration(0)) return;
    refuse(where_, format("the run's start is no multiple of its {} of {}, and promtool's time begins at 0", what,
                          format_duration(interval)));
  }

  void check_group(const alerting::RuleGroup& group) {
    if (const auto [it, added] = groups_.try_emplace(group.name.value, &group); !added) {
      refuse(group.where, format("two rule files have a group '{}', and promtool cannot order them", group.name.value),
             "rename one of them");
    }
    if (record_.promql_version == "2" && (group.query_offset || !group.labels.empty())) {
      refuse(group.where,
             format("promtool 2 does not know '{}' of a group", group.query_offset ? "query_offset" : "labels"),
             "run the scenario without --promql-version 2");
    }
    for (const alerting::Rule& rule : group.rules) check_rule(rule);
  }

  void check_rule(const alerting::Rule& rule) {
    promql::walk(*rule.expression, [&](const promql::Expr& node) { check_node(node, rule); });
    check_templates(rule, rule.labels, rule.label_templates);
    check_templates(rule, rule.annotations, rule.annotation_templates);
  }

  Position place(const alerting::Rule& rule, const promql::Expr& node) const {
    return alerting::locate(rule.expr, node.where.begin, node.where.end - node.where.begin);
  }

  void check_node(const promql::Expr& node, const alerting::Rule& rule) {
    switch (node.kind) {
      case promql::Kind::call: {
        const std::string_view name = promql::as<promql::Call>(node).function->name;
        if (std::ranges::find(kClockFunctions, name) == kClockFunctions.end()) break;
        refuse(place(rule, node), format("{}() tells the time of day, and a unit test's time begins in 1970", name));
        break;
      }
      case promql::Kind::vector_selector:
        check_selector(promql::as<promql::VectorSelector>(node), node, rule);
        break;
      case promql::Kind::matrix_selector: {
        const auto& matrix = promql::as<promql::MatrixSelector>(node);
        check_selector(*matrix.vector, node, rule);
        check_samples(matrix.range / record_.monitoring.scrape_interval, node, rule);
        break;
      }
      case promql::Kind::subquery: {
        const auto& subquery = promql::as<promql::Subquery>(node);
        check_modifiers(subquery.modifiers, node, rule);
        const Duration step = subquery.step.value_or(default_step_);
        if (step <= Duration(0)) break;
        check_samples(subquery.range / step, node, rule);
        if (!subquery.step && default_step_ != record_.monitoring.evaluation_interval) {
          refuse(place(rule, node),
                 "a subquery without a step takes the global evaluation interval, which is not the "
                 "groups'",
                 "write the step: [1h:30s]");
        } else if (record_.started.time_since_epoch() % step != Duration(0)) {
          refuse(place(rule, node), format("the steps of a subquery are multiples of {}, and the run's start is not",
                                           format_duration(step)));
        }
        break;
      }
      default:
        break;
    }
  }

  void check_modifiers(const promql::Modifiers& modifiers, const promql::Expr& node, const alerting::Rule& rule) {
    if (modifiers.at != promql::Modifiers::At::time) return;
    refuse(place(rule, node), "`@` with a time names an instant, and a unit test's time begins in 1970");
  }

  void check_selector(const promql::VectorSelector& selector, const promql::Expr& node, const alerting::Rule& rule) {
    check_modifiers(selector.modifiers, node, rule);
    if (selector.name == "ALERTS_FOR_STATE") {
      refuse(place(rule, node), "the values of ALERTS_FOR_STATE are instants, and a unit test's time begins in 1970");
    }
  }

  void check_samples(std::int64_t count, const promql::Expr& node, const alerting::Rule& rule) {
    if (count < kMaxSamples) return;
    refuse(place(rule, node),
           format("this window holds {} samples of each series, and promtool stops at {}", count, kMaxSamples));
  }

  // The text of a query in a template is known when it is rendered, so the names of the functions have to do.
  void check_templates(const alerting::Rule& rule, const std::vector<alerting::NamedText>& texts,
                       const std::vector<alerting::Template>& templates) {
    if (!rule.alerting()) return;
    for (std::size_t i = 0; i < templates.size(); ++i) {
      if (!templates[i].calls_query()) continue;
      for (const std::string_view name : kClockFunctions) {
        if (texts[i].text.value.find(format("{}(", name)) == std::string::npos) continue;
        refuse(texts[i].text.where, format("its query calls {}(), and a unit test's time begins in 1970", name));
        break;
      }
    }
  }

  void check_failures() {
    for (const record::RuleRecord& rule : record_.rules) {
      if (rule.failures == 0) continue;
      refuse(where_, format("the rule {} failed at {} evaluations ({}), and promtool stops at the first", rule.name,
                            rule.failures, rule.last_error));
    }
  }

  const LoadedRecord& loaded_;
  const record::Record& record_;
  const RuleFiles& files_;
  const Position& where_;
  Duration interval_{};
  Duration default_step_ = 1min;
  std::map<std::string, const alerting::RuleGroup*> groups_;
  Diagnostics found_;
};

}  // namespace

std::optional<Duration> common_interval(const RuleFiles& files, const record::Record& record) {
  std::optional<Duration> common;
  for (const auto& file : files) {
    for (const auto& group : file.groups) {
      const Duration own = group.interval.value_or(Duration(0));
      const Duration interval = own > Duration(0) ? own : record.monitoring.evaluation_interval;
      if (common && *common != interval) return std::nullopt;
      common = interval;
    }
  }
  return common ? common : record.monitoring.evaluation_interval;
}

Diagnostics promtool_limits(const LoadedRecord& loaded, const RuleFiles& files, const Position& record) {
  return Limits(loaded, files, record).find();
}

}  // namespace firedrill::driver
