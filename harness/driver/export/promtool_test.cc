// A run as a unit test for promtool: what was scraped as input, and what the rules made of it as expectations. The
// rules are evaluated once more, since annotations and recorded values are wanted at times of which the record does not
// tell; that this gives the record's own alerts is checked.
#include <algorithm>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/utf8.h"
#include "base/text/yaml_text.h"
#include "driver/export/exports.h"
#include "driver/export/promtool_limits.h"
#include "driver/export/recorded_rules.h"
#include "driver/export/rounded.h"
#include "driver/export/series_notation.h"
#include "driver/outputs.h"
#include "tsdb/series_file.h"

namespace firedrill::driver::exports {
namespace {

namespace fs = std::filesystem;

// Of each alert and each recorded series; flapping alerts have more transitions than anybody wants to read.
constexpr std::size_t kMaxCases = 200;
constexpr std::size_t kRecordedCases = 12;

// One activation, in words that can be compared.
struct Activation {
  std::optional<Time> pending, firing, resolved;
};

std::string describe(const std::string& labels, const Activation& times) {
  const auto text = [](const std::optional<Time>& t) { return t ? format_instant(*t) : std::string("never"); };
  return format("{}: pending {}, firing {}, resolved {}", labels, text(times.pending), text(times.firing),
                text(times.resolved));
}

class PromtoolTest {
 public:
  PromtoolTest(const ExportContext& context, RuleFiles files)
      : context_(context),
        loaded_(context.loaded),
        record_(context.loaded.record),
        files_(std::move(files)),
        record_place_{make_source((context.folder / "record.json").string(), {})} {}

  Result<Export> make() {
    Diagnostics limits = promtool_limits(loaded_, files_, record_place_);
    if (!limits.empty()) {
      tidy(limits);
      return failure(std::move(limits));
    }
    interval_ = *common_interval(files_, record_);
    settings_ = replay_settings(record_, interval_);
    last_ = record_.started + (record_.judged_to - record_.started) / interval_ * interval_;
    if (auto same = follow_alerts(); !same) return std::unexpected(same.error());
    for (const std::string& name : record_.monitoring.rule_files) {
      if (first_invalid_utf8(rule_path(name)) == std::string::npos) continue;
      return failure(record_place_, format("YAML cannot name {}, whose path is not UTF-8", rule_path(name)),
                     "rename its folders, or write the test beside the record");
    }
    write_head();
    write_input();
    evaluate_cases();
    write_alerts();
    write_recorded();
    return Export{std::move(out_), note()};
  }

 private:
  // Walks through the run once and notes when what happened to alerts; an error if that is not what the record says.
  Result<void> follow_alerts() {
    RuleReplay replay(files_, loaded_, settings_);
    std::map<std::pair<const alerting::Rule*, model::Labels>, Activation> open;
    std::vector<std::string> seen;
    for (Time t = record_.started; t <= last_; t += interval_) {
      replay.evaluate(t);
      for (const RuleReplay::Step& step : replay.steps()) {
        const events::AlertTransition& transition = step.transition;
        happened_[step.rule->name()].insert(t);
        const auto key = std::pair(step.rule, transition.labels);
        Activation& activation = open[key];
        if (transition.to == alerting::AlertState::pending) activation.pending = t;
        if (transition.to == alerting::AlertState::firing) activation.firing = t;
        if (transition.to != alerting::AlertState::inactive) continue;
        activation.resolved = t;
        seen.push_back(describe(as_sent(transition.labels), activation));
        open.erase(key);
      }
    }
    for (const auto& [key, activation] : open) seen.push_back(describe(as_sent(key.second), activation));
    std::vector<std::string> recorded;
    for (const record::AlertRecord& alert : record_.alerts) {
      recorded.push_back(describe(record_.monitoring.relabels_alerts ? alert.alert : alert.labels.to_string(),
                                  {alert.pending_at, alert.firing_at, alert.resolved_at}));
    }
    std::ranges::sort(seen);
    std::ranges::sort(recorded);
    const auto [own, theirs] = std::ranges::mismatch(seen, recorded);
    if (own == seen.end() && theirs == recorded.end()) return {};
    return failure(record_place_,
                   format("the rules, evaluated again over the record's samples, do not give the record's alerts: {}, "
                          "where the record has {}",
                          own == seen.end() ? "nothing" : *own, theirs == recorded.end() ? "nothing" : *theirs),
                   "run the scenario again, or export the record as openmetrics, which takes any run");
  }

  // Where alerts were relabelled their names and times have to do.
  std::string as_sent(model::Labels labels) const {
    if (record_.monitoring.relabels_alerts) return std::string(labels.get(model::kAlertName));
    for (const model::Label& label : record_.monitoring.external_labels) {
      if (!labels.has(label.name)) labels.set(label.name, label.value);
    }
    return labels.to_string();
  }

  std::string since_start(Time t) const { return format_duration(t - record_.started); }
  // The evaluation at or before t.
  Time evaluation(Time t) const {
    return record_.started + (std::clamp(t, record_.started, last_) - record_.started) / interval_ * interval_;
  }

  void line(std::size_t indent, std::string_view text) {
    out_.append(indent, ' ');
    out_ += text;
    out_ += '\n';
  }

  void write_map(std::size_t indent, const std::vector<std::pair<std::string, std::string>>& entries) {
    for (const auto& [name, value] : entries) line(indent, format("{}: {}", yaml_scalar(name), yaml_scalar(value)));
  }

  void write_head() {
    line(0, harmless_line(format("# The run of {} with seed {} as a unit test: promtool test rules, promtool {}.",
                                 record_.scenario, record_.seed,
                                 record_.promql_version == "2" ? "2.x (2.42 or later)" : "3.x")));
    line(0, harmless_line(format("# Written by firedrill {}. Times count from {}.", record_.firedrill,
                                 format_instant(record_.started))));
    line(0, "rule_files:");
    for (const std::string& name : record_.monitoring.rule_files) {
      line(2, format("- {}", yaml_scalar(rule_path(name))));
    }
    line(0, format("evaluation_interval: {}", format_duration(interval_)));
    line(0, "group_eval_order:");
    for (const auto& file : files_) {
      for (const auto& group : file.groups) line(2, format("- {}", yaml_scalar(group.name.value)));
    }
    line(0, "tests:");
    line(2, format("- name: {}", yaml_scalar(record_.scenario)));
    line(4, format("interval: {}", format_duration(record_.monitoring.scrape_interval)));
    if (!record_.monitoring.external_url.empty()) {
      line(4, format("external_url: {}", yaml_scalar(record_.monitoring.external_url)));
    }
    if (!record_.monitoring.external_labels.empty()) {
      line(4, "external_labels:");
      write_map(6, pairs(record_.monitoring.external_labels));
    }
  }

  // A copy of a rule file, from where the test will stand.
  std::string rule_path(const std::string& name) const {
    const fs::path path = context_.folder / kept_input(name);
    std::error_code error;
    const fs::path folder = context_.out_folder.empty() ? fs::path(".") : context_.out_folder;
    const fs::path found = fs::relative(fs::absolute(path, error), fs::absolute(folder, error), error);
    return (error || found.empty() ? path : found).generic_string();
  }

  static std::vector<std::pair<std::string, std::string>> pairs(const model::Labels& labels) {
    std::vector<std::pair<std::string, std::string>> result;
    for (const model::Label& label : labels) result.emplace_back(label.name, label.value);
    return result;
  }

  // What rules read of what was scraped; everything if a template asks on its own.
  std::set<tsdb::SeriesRef> input() const {
    const auto written = written_names(files_);
    const tsdb::Store& series = loaded_.series;
    std::set<tsdb::SeriesRef> result;
    const auto add = [&](std::span<const model::Matcher> matchers) {
      for (const tsdb::SeriesRef ref : series.select(matchers)) {
        if (tsdb::has_samples(series, ref) && !written.contains(series.labels(ref).metric_name())) result.insert(ref);
      }
    };
    for (const auto& file : files_) {
      for (const auto& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) add(selector->matchers);
          for (const auto* templates : {&rule.label_templates, &rule.annotation_templates}) {
            if (std::ranges::any_of(*templates, &alerting::Template::calls_query)) add({});
          }
        }
      }
    }
    return result;
  }

  void write_input() {
    line(4, "input_series:");
    for (const tsdb::SeriesRef ref : input()) {
      const auto samples = loaded_.series.history(ref);
      line(6, format("- series: {}", yaml_scalar(loaded_.series.labels(ref).to_string())));
      line(8, format("values: {}",
                     yaml_scalar(series_notation(samples, record_.started, record_.monitoring.scrape_interval))));
      ++inputs_;
    }
  }

  // At the ends of the run and its phases, at each transition, before it, and half way to the next.
  std::vector<Time> case_times(const std::string& alertname) const {
    std::set<Time> times{record_.started, last_};
    for (const record::Phase& phase : record_.phases) times.insert(evaluation(phase.from));
    if (const auto it = happened_.find(alertname); it != happened_.end()) {
      std::optional<Time> before;
      for (const Time t : it->second) {
        times.insert(t);
        times.insert(evaluation(t - interval_));
        if (before) times.insert(evaluation(*before + (t - *before) / 2));
        before = t;
      }
      if (before) times.insert(evaluation(*before + (last_ - *before) / 2));
    }
    std::vector<Time> result(times.begin(), times.end());
    // The last one stays: promtool evaluates no further than it is asked.
    if (result.size() > kMaxCases) result.erase(result.begin() + kMaxCases - 1, result.end() - 1);
    return result;
  }

  void evaluate_cases() {
    std::map<Time, std::vector<std::string>> wanted;
    for (const auto& file : files_) {
      for (const auto& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          if (rule.alerting() && !firing_.contains(rule.name())) {
            firing_[rule.name()];
            for (const Time t : case_times(rule.name())) wanted[t].push_back(rule.name());
          }
        }
      }
    }
    replay_ = std::make_unique<RuleReplay>(files_, loaded_, settings_);
    for (Time t = record_.started; t <= last_; t += interval_) {
      replay_->evaluate(t);
      if (const auto it = wanted.find(t); it != wanted.end()) {
        for (const std::string& name : it->second) firing_[name].emplace(t, replay_->firing(name));
      }
    }
  }

  void write_alerts() {
    if (firing_.empty()) return;
    line(4, "alert_rule_test:");
    for (const auto& [name, cases] : firing_) {
      for (const auto& [t, alerts] : cases) {
        line(6, format("- eval_time: {}", since_start(t)));
        line(8, format("alertname: {}", yaml_scalar(name)));
        line(8, alerts.empty() ? "exp_alerts: []" : "exp_alerts:");
        for (const alerting::Alert& alert : alerts) write_alert(alert);
        ++alert_cases_;
      }
    }
  }

  void write_alert(const alerting::Alert& alert) {
    model::Labels labels = alert.labels;
    labels.remove(model::kAlertName);
    line(10, labels.empty() ? "- exp_labels: {}" : "- exp_labels:");
    write_map(14, pairs(labels));
    if (alert.annotations.empty()) return;
    line(12, "exp_annotations:");
    for (const model::Label& annotation : alert.annotations) {
      line(14, format("{}: {}", yaml_scalar(annotation.name), yaml_scalar(annotation.value)));
    }
  }

  void write_recorded() {
    std::map<std::string, bool> names;  // whether its values depend on an order of summation
    for (const auto& file : files_) {
      for (const auto& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          if (rule.alerting()) continue;
          bool& inexact = names[rule.name()];
          inexact = inexact || summation_shows(*rule.expression, names);
        }
      }
    }
    std::string head = "promql_expr_test:";
    for (const auto& [name, inexact] : names) {
      for (std::size_t i = 1; i <= kRecordedCases; ++i) {
        const auto share = static_cast<Duration::rep>(i);
        const Time t = evaluation(record_.started + (last_ - record_.started) * share / Duration::rep{kRecordedCases});
        const auto read = recorded_value(replay_->store(), settings_.promql, name, inexact, t);
        if (!read) continue;
        if (!head.empty()) line(4, head);
        head.clear();
        write_value(t, *read);
      }
    }
  }

  void write_value(Time t, const RecordedValue& read) {
    line(6, format("- expr: {}", yaml_scalar(read.expression)));
    line(8, format("eval_time: {}", since_start(t)));
    line(8, read.samples.empty() ? "exp_samples: []" : "exp_samples:");
    for (const promql::VectorSample& sample : read.samples) {
      const std::string value =
          maths::is_inf(sample.value) ? (sample.value > 0 ? ".inf" : "-.inf") : format_go_f(sample.value);
      line(10, format("- labels: {}", yaml_scalar(sample.labels.to_string())));
      line(12, format("value: {}", value));
    }
    ++expression_cases_;
  }

  std::string note() const {
    return format("{} series, {} alert cases, {} expression cases", inputs_, alert_cases_, expression_cases_);
  }

  const ExportContext& context_;
  const LoadedRecord& loaded_;
  const record::Record& record_;
  RuleFiles files_;
  Position record_place_;
  Duration interval_{};
  alerting::Settings settings_;
  Time last_{};
  std::map<std::string, std::set<Time>> happened_;                              // by alert
  std::map<std::string, std::map<Time, std::vector<alerting::Alert>>> firing_;  // by alert
  std::unique_ptr<RuleReplay> replay_;
  std::string out_;
  std::size_t inputs_ = 0, alert_cases_ = 0, expression_cases_ = 0;
};

Result<Export> make(const ExportContext& context) {
  auto files = read_recorded_rules(context.loaded);
  if (!files) return std::unexpected(files.error());
  return PromtoolTest(context, *std::move(files)).make();
}

}  // namespace

ExportKind promtool_test() {
  return {.name = "promtool-test",
          .doc =
              "A unit test for promtool: the scraped series as input, the alerts at each of their transitions and in "
              "between, the values of recording rules.",
          .make = make};
}

}  // namespace firedrill::driver::exports
