// How much of the time before an evaluation rules depend on, those among them too that read what others record.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/history/looks.h"
#include "alerting/rule_file.h"
#include "base/time.h"
#include "model/matcher.h"

namespace firedrill::alerting {

// Whether a selector may match what the rule writes: what it records, or the ALERTS of it.
bool may_read(const promql::VectorSelector& selector, const Rule& rule);

class RuleHistory {
 public:
  // A rule, and the settings of its group with the defaults filled in.
  struct Entry {
    const Rule* rule;
    Duration interval{};
    Duration query_offset{};
  };

  struct Reach {
    Duration whole{};
    // So much will do: of each window all but a 500th, which is what samples tell that are as far apart. Of an offset
    // there is no part.
    Duration enough{};
  };

  // In order of evaluation. The files must be finished and outlive this; the defaults are those of groups without
  // settings of their own.
  RuleHistory(std::span<const RuleFile> files, Duration evaluation_interval, Duration query_offset);

  const std::vector<Entry>& rules() const { return rules_; }
  // By rule, how far back before an evaluation its result depends on what was there: its windows and offsets, what it
  // reads of other rules' with theirs, `for` and `keep_firing_for`. Of rules that read each other in a circle each
  // counts once.
  const std::vector<Duration>& needs() const { return needs_; }
  // The same without the rule's own `for` and `keep_firing_for`: how far back its expression depends on anything.
  Reach reach(std::size_t rule) const;
  // Of an expression that is no rule.
  Reach need_of(const promql::Expr& expression) const;
  // Some rule looks at a fixed time.
  bool fixed_time() const { return fixed_time_; }

  // What is needed of the time before an instant, so that from it on rules and expressions find what they would find if
  // everything were there; of what is scraped the readings, of what rules record their evaluations. Counted backwards
  // from that instant.
  struct Reading {
    const promql::VectorSelector* selector;
    Duration back{};   // samples from so long before it
    Duration until{};  // to so long before it; below zero: behind it
    Duration apart{};  // as far as this apart from each other; zero: every one
  };
  struct Demand {
    std::vector<Duration> rules;  // by rule: it is evaluated from so long before the instant on
    std::vector<Reading> readings;
  };
  // `settled`: from so long before the instant on all rules are evaluated, on every sample. `expressions` are evaluated
  // from the instant on.
  Demand demand(Duration settled, std::span<const std::shared_ptr<const promql::Expr>> expressions) const;

 private:
  void note_names(const Rule& rule);
  Reach need(std::size_t rule, std::vector<char>& under_way);
  Reach add_up(const std::vector<Look>& looks, const std::function<Reach(std::size_t)>& need_of_rule) const;
  std::vector<std::size_t> read_by(const promql::VectorSelector& selector) const;
  // Of an evaluation so long before the instant: from when on the rules that it reads have to be evaluated. True if
  // that is earlier than before.
  bool extend(const std::vector<Look>& looks, Duration from, std::vector<Duration>& begins) const;

  std::vector<Entry> rules_;
  std::vector<std::vector<Look>> looks_;                                  // by rule, query offset included
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_name_;  // the rules that write series of that name
  std::vector<Reach> reaches_;
  std::vector<Duration> needs_;
  std::vector<char> known_;
  bool fixed_time_ = false;
};

}  // namespace firedrill::alerting
