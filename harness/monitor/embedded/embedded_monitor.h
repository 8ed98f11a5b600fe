// firedrill's own monitoring: scrapes the host's targets and evaluates the rule groups, in whatever time it is told.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerting/group.h"
#include "alerting/rule_file.h"
#include "base/event_queue.h"
#include "base/random.h"
#include "events/sink.h"
#include "monitor/alert_receiver.h"
#include "monitor/alert_source.h"
#include "monitor/embedded/scrape_loop.h"
#include "scenario/history.h"
#include "scenario/scenario.h"

namespace firedrill::monitor {

class EmbeddedMonitor final : public AlertSource {
 public:
  struct Options {
    promql::Version promql = promql::Version::v3;
    // Which samples are kept to the end of the run, beyond what rules can still reach.
    enum class Keep {
      evidence,  // what `wanted` and the rules of the alerts in `evidence` select
      read,      // what `wanted` and any rule select, and what rules write
      all,
    };
    Keep keep = Keep::read;
    // Expressions of expectations and charts.
    std::vector<std::shared_ptr<const promql::Expr>> wanted;
    std::set<std::string, std::less<>> evidence{};  // names of alerts that expectations are about
    bool sends = false;                             // the sink wants to hear what is sent to the Alertmanager
    bool may_fail = false;  // some fault is the monitor's own: its witnesses are told what the monitor does
    std::uint64_t seed = 0;
    int replica = 0;           // of two servers that watch the same: which one
    Budget* budget = nullptr;  // of the command; null: no bound
    Duration reach{};          // samples are there for so long at least, for whoever queries while it goes on
    // What of the time before the judged part has to be there; null: all of it. Must outlive the monitor.
    const scenario::History* history = nullptr;
  };

  // Targets, sink, rule files and the receivers' list must outlive the monitor. The list may grow until time begins;
  // while it is empty nothing is sent but what the options ask for.
  EmbeddedMonitor(ScrapeTargets& targets, const scenario::PrometheusSettings& settings,
                  const std::vector<alerting::RuleFile>& rule_files, Time start, const Options& options,
                  events::Sink& sink, const Receivers& receivers);
  // Goes on where the other stands, with a copy of its targets and of its receivers, and tells another sink.
  EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, events::Sink& sink, const Receivers& receivers);
  // One that only scrapes where the other would, without samples and rules: the targets are drawn upon as they were.
  struct LooksAway {};
  EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, events::Sink& sink, const Receivers& receivers,
                  LooksAway);
  // Goes on behind another from `start` on, which has watched what was before: with its samples, its rules as they
  // stand and its alerts, which are told as the run begins. Whom it scrapes is followed by targets of the same labels.
  // What the other refers to must outlive this one, too.
  EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, const Options& options, Time start,
                  events::Sink& sink, const Receivers& receivers);
  ~EmbeddedMonitor() override;

  Time next_due() const override;
  void run_due(Time now) override;
  std::vector<record::RuleRecord> rules() const override;
  std::uint64_t rule_evaluations() const override { return evaluations_; }
  const tsdb::Store& series() const override;
  // The rule groups as they stand, in order of evaluation.
  struct GroupState {
    const alerting::RuleGroup* source = nullptr;
    const alerting::Group* group = nullptr;
    std::optional<Time> evaluated_at{};  // for which slot last
  };
  std::vector<GroupState> group_states() const;
  // Counts what a run from `start` to `end` will ask for at least, before it begins: evaluations of rules, samples of
  // the scrapes themselves. `where` is what says the length.
  void count_ahead(Time start, Time end, const Position& where) const;
  // As the options say.
  std::vector<tsdb::SeriesRef> kept_series() const override;

 private:
  struct Scheduled {
    const alerting::RuleGroup* source;
    alerting::Group group;
    std::size_t first_rule;  // index of its first rule among all rules
    Time slot{};             // for which the next iteration is, or the one that is on
    bool running = false;    // an iteration is on, and takes its time
    int until_restored = 0;  // iterations of a monitor that is back
  };

  void take_groups(const EmbeddedMonitor& other);
  // Of what was before the alerts that are there.
  void tell_taken_over();
  void add_group(const alerting::RuleFile& file, const alerting::RuleGroup& group, Time start, bool aligned);
  // From when on it is evaluated, if it is not from the start.
  Time begin_of(std::size_t rule, Time start) const;
  void run_groups(Time t, const fake_services::MonitorConditions& conditions);
  void count_overdue(Time t);
  void iterate(std::size_t group, Time t, const fake_services::MonitorConditions& conditions);
  void evaluate(Scheduled& scheduled, Time t, double dropped);
  void count_transitions(const Scheduled& scheduled) const;
  void relabel(events::AlertTransition& transition) const;
  void tell(const std::string& alert, const events::AlertTransition& step);
  bool sends() const { return options_.sends || !receivers_.empty(); }
  void send(Scheduled& scheduled, Time t, double dropped);
  Receipt post(std::span<const events::AlertSend> alerts, Time t) const;
  void tell_lost(const std::string& alert, const events::AlertSend& send);
  bool drawn(double share);
  void stop(Time t);
  void start(Time t);
  void skip_due(Time t);
  void note_rule(const alerting::Rule& rule);
  void note_expression(const promql::Expr& expression);
  void note_output(const alerting::Rule& rule);
  void keep_new_series();
  void trim(Time t);

  void tell_state(Time t, events::EventKind kind);

  Options options_;
  ScrapeTargets& targets_;
  events::Sink& sink_;
  const Receivers& receivers_;
  alerting::Settings settings_;
  std::vector<alerting::RelabelStep> alert_relabel_;
  tsdb::Store store_;
  ScrapeLoop scrapes_;
  std::vector<Scheduled> groups_;
  EventQueue<std::size_t> due_;
  // Then whether an alert is lost depends on what the other sends, and who knows of both says it.
  bool is_one_of_two_ = false;
  // The activations, by rule and labels, of which it was told that a send was lost.
  std::set<std::pair<std::size_t, model::Labels>> lost_;
  RandomStream chance_;
  fake_services::MonitorCounts counts_;
  bool down_ = false;
  std::optional<Time> taken_over_;                    // then, and its alerts are not told yet
  std::vector<events::AlertTransition> transitions_;  // of the evaluation at hand
  std::vector<std::vector<model::Matcher>> wanted_;
  Duration reach_{};        // of the rule that looks back farthest
  bool unbounded_ = false;  // some rule looks at a fixed time: nothing may go
  bool alerts_noted_ = false;
  std::uint64_t kept_generation_ = 0;
  Time next_trim_{};
  std::uint64_t weigh_at_ = 0;  // samples appended
  std::uint64_t evaluations_ = 0;
};

}  // namespace firedrill::monitor
