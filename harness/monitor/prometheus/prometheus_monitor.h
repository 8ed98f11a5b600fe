// A real Prometheus as a run's monitor: what its rules find is asked of it some times an evaluation and told at the
// times at which it was found, which the series ALERTS says; what it sends is told as it is posted; its series are
// taken when the run ends.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "events/sink.h"
#include "events/told_reasons.h"
#include "monitor/alert_receiver.h"
#include "monitor/alert_source.h"
#include "monitor/embedded/embedded_monitor.h"
#include "monitor/prometheus/api.h"
#include "monitor/prometheus/real_programs.h"
#include "monitor/speed/run_times.h"

namespace firedrill::monitor {

class PrometheusMonitor final : public AlertSource {
 public:
  struct Options {
    Time start{};                         // of the run; what was before is none of its
    RunTimes times{};                     // beside the machine's
    EmbeddedMonitor::Options keeping{};   // which series are kept, as of the embedded monitor
    const tsdb::Store* before = nullptr;  // what was loaded; null: nothing. It must outlive this
  };
  // All of these must outlive it; the list of receivers may grow until time begins.
  PrometheusMonitor(RealPrograms& programs, const scenario::LoadedScenario& scenario, Options options,
                    events::Sink& sink, const Receivers& receivers);

  Time next_due() const override { return looked_ + look_; }
  void run_due(Time now) override;
  void end(Time now) override;
  std::vector<record::RuleRecord> rules() const override;
  std::uint64_t rule_evaluations() const override;
  const tsdb::Store& series() const override { return store_; }
  std::vector<tsdb::SeriesRef> kept_series() const override;

 private:
  struct Alert {
    events::AlertState state = events::AlertState::inactive;
    ServedAlert last{};
    model::Labels sent{};  // as it leaves Prometheus
    std::string dropped_by{};
  };
  struct Rule {
    const alerting::RuleGroup* group = nullptr;
    const alerting::Rule* rule = nullptr;
    Duration interval{};
    std::uint64_t evaluations = 0;
    std::uint64_t failures = 0;
    std::string last_error{};
    std::optional<Time> evaluated_at{};  // by the wall's clock
    std::map<model::Labels, Alert> alerts{};
  };

  Time in_run(Time wall) const;
  void look(Time now);
  void follow(std::size_t rule, const ServedRule& served);
  void begin_alert(std::size_t rule, const ServedAlert& served);
  void fire(std::size_t rule, Alert& alert);
  void resolve(std::size_t rule, Alert& alert);
  void tell(std::size_t rule, const Alert& alert, events::AlertState to, Time t);
  // The steps that ALERTS has of an alert in the time since it became active, by the wall's clock.
  struct Steps {
    std::optional<Time> fired;
    std::optional<Time> last;
  };
  Steps steps_of(const Alert& alert);
  void tell_failed_scrapes(Time now);
  void take_post(const RecordedPost& post);
  std::vector<std::vector<model::Matcher>> selectors(bool kept) const;

  RealPrograms& programs_;
  const scenario::LoadedScenario& scenario_;
  Options options_;
  events::Sink& sink_;
  const Receivers& receivers_;
  PrometheusApi api_;
  std::map<std::pair<std::string, std::string>, std::size_t> first_rule_;  // by file and group
  std::vector<Rule> rules_;
  std::map<model::Labels, std::size_t> rule_of_;  // by the labels with which its alerts are sent
  events::ToldReasons failed_scrapes_;            // by instance
  Time asked_targets_;
  Time looked_;
  Time until_ = Time::max();  // the run's end, once it has come: what is later is none of its
  Duration look_;
  bool is_lost_ = false;  // what its series were cannot be known any more
  tsdb::Store store_;
};

}  // namespace firedrill::monitor
