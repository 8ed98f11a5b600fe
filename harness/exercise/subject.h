// The alerts that are exercised, and what each of them reads: which rules record it, and what has to be scraped.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/time.h"
#include "promql/parse/ast.h"

namespace firedrill::exercise {

struct Subject {
  std::string file;  // as the user named it
  std::size_t file_index = 0;
  const alerting::RuleGroup* group = nullptr;
  const alerting::Rule* rule = nullptr;
  // The rules whose results it reads, directly or not, in order of evaluation.
  std::vector<const alerting::Rule*> recorded;
  // What it and those read that none of them records, in the order of the text; each metric and set of matchers once.
  std::vector<const promql::VectorSelector*> scraped;
  // Of these, those that have to match something for it to fire: not what `absent` asks about, nor what `unless` takes
  // away.
  std::set<const promql::VectorSelector*> needed;
  std::set<std::string> metrics;  // their names; an empty one: of some selector no name is known
  Duration reach{};               // how far back its result depends on what was there, `for` less
  Duration interval{};            // of its group
};

struct NamedRules {
  std::string path;
  const alerting::RuleFile* rules = nullptr;
};

// Alerts in the order of the files. A metric that several files record is taken from the alert's own, else from the
// first. The files must be finished and outlive what is returned.
std::vector<Subject> subjects_of(std::span<const NamedRules> files, Duration evaluation_interval);

// The name of the metric that a selector is about: its own, or what its matchers on __name__ say; empty if unknown.
std::string metric_of(const promql::VectorSelector& selector);

}  // namespace firedrill::exercise
