// Evaluates a group of recording and alerting rules against a store, as Prometheus 3.5 does (rules/group.go,
// rules/alerting.go, rules/recording.go): results, ALERTS, ALERTS_FOR_STATE and stale markers are appended to the
// store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerting/alert.h"
#include "alerting/annotations/rule_template.h"
#include "alerting/rule_file.h"
#include "alerting/rule_health.h"
#include "base/time.h"
#include "promql/engine.h"
#include "tsdb/store.h"

namespace firedrill::alerting {

// What all groups of a run share. The world's `query` may be left empty: the engine over the store is used then.
struct Settings {
  promql::Options promql;
  Duration evaluation_interval = 1min;  // of groups without one of their own
  Duration query_offset{};              // of groups without one of their own
  TemplateWorld world;
};

// Not thread-safe: of groups that share a store one at a time may be evaluated.
class Group {
 public:
  // `group` must have passed finish(); it, `store` and `settings` must outlive the Group.
  Group(const RuleGroup& group, tsdb::Store& store, const Settings& settings);
  // Goes on where the other stands, over a copy of its store and with the same settings.
  Group(const Group& other, tsdb::Store& store, const Settings& settings);
  Group(Group&&) noexcept;
  Group& operator=(Group&&) noexcept;
  ~Group();

  const std::string& name() const;
  Duration interval() const;
  std::size_t rule_count() const;

  // Evaluates every rule, in order; times must rise from call to call. What happened to alerts is added to
  // `transitions` in the order of rules and, within a rule, of labels. A rule that fails keeps its state and its series
  // (Prometheus neither resolves nor marks stale on an error); its health tells why. Where the store's budget is
  // exceeded, it stops at once: nothing more may be made of the run. Returns how many rules there were to evaluate.
  std::size_t evaluate(Time t, std::vector<AlertTransition>& transitions);
  // Before t the rule is not evaluated, as if it had not been there.
  void begin_at(std::size_t rule, Time t);

  const RuleHealth& health(std::size_t rule) const;
  // The instances of an alerting rule, resolved ones of the last fifteen minutes too, in order of their labels.
  std::vector<Alert> alerts(std::size_t rule) const;
  // The highest state of a rule's instances.
  AlertState state(std::size_t rule) const;

  // The alerts that Prometheus would send on at `t`, right after evaluate(t), and remembers as sent.
  std::vector<AlertSend> due_for_sending(Time t, Duration resend_delay);

  // Of the selectors that a rule needs (analysis/needed_selectors.h) those that have matched no series at any
  // evaluation so far, printed. A rule with any is vacuous or half so: what it guards may not exist.
  std::vector<std::string> unmatched_selectors(std::size_t rule) const;

  // As a restarted Prometheus: takes `for` up again from ALERTS_FOR_STATE where the outage was no longer than
  // `outage_tolerance`; to be called after the second evaluation (rules/group.go: RestoreForState).
  void restore(Time t, Duration outage_tolerance = 1h, Duration grace_period = 10min);
  // As a restarted Prometheus: forgets its alerts and which series it wrote (none of them gets a stale marker), and
  // writes ALERTS and ALERTS_FOR_STATE again only when restore() has been called. Health is kept.
  void restart();

  // Marks all the group's series stale, as when its file is no longer configured.
  void mark_stale(Time t);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::alerting
