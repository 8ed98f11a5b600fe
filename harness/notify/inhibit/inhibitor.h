// Inhibition (inhibit/inhibit.go): an alert that matches a rule's target is held back while one that matches its
// source, with the same values of the `equal` labels (a missing one counts as empty), is not over. An alert that
// matches both sides is not inhibited by another that does.
//
// From 0.30 on, a rule keeps one source for each set of equal values: the one that ends last, at equal ends the later
// arrival. So a source that matches both sides can hide one that would inhibit, and when any source of the set is
// collected, the set has none until another alert comes. 0.25 looks at all of them.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "notify/config/config.h"
#include "notify/provider/alert.h"

namespace firedrill::notify {

class Inhibitor {
 public:
  struct Verdict {
    std::size_t rule = 0;  // in Configuration::inhibit_rules
    AlertPtr source;       // null: it is not inhibited
  };

  explicit Inhibitor(std::shared_ptr<const Configuration> configuration);

  // An alert has arrived or changed.
  void take(const AlertPtr& alert);
  // By the first rule that inhibits it.
  Verdict inhibited_by(const Alert& alert, Time now) const;
  // Forgets sources that are over.
  void collect(Time now);
  bool empty() const;

 private:
  using EqualValues = std::vector<std::string>;
  // The rules that an alert's labels match, which never changes.
  struct Sides {
    std::vector<std::size_t> source;
    std::vector<std::size_t> target;
  };
  struct Rule {
    std::map<EqualValues, std::vector<Fingerprint>> by_equal;  // in order of arrival; from 0.30 on one of them
    std::unordered_map<Fingerprint, AlertPtr> sources;
  };

  const Sides& sides_of(const Alert& alert) const;
  EqualValues equal_values(std::size_t rule, const Alert& alert) const;
  void index_newest(Rule& rule, const EqualValues& values, const Alert& alert);
  AlertPtr source_for(std::size_t rule, const Alert& alert, bool is_two_sided, Time now) const;
  void collect(std::size_t rule, Time now);

  std::shared_ptr<const Configuration> configuration_;
  std::vector<Rule> rules_;
  mutable std::unordered_map<Fingerprint, Sides> sides_;
};

}  // namespace firedrill::notify
