// One test case of JUnit XML, in the dialect that CI systems agree on: testcase, failure, error.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "record/expectation.h"

namespace firedrill::reports::junit {

struct Case {
  std::string suite;   // its classname
  std::string name;    // unique in its suite
  double seconds = 0;  // that it took
  Position where{};    // of what is tested, where that is known
  record::Verdict result = record::Verdict::pass;
  std::string type{};     // of the problem: the kind of expectation
  std::string message{};  // one line that says it all: what CI shows first
  std::string body{};
};
std::string render(const Case& each);

// "12.345": seconds, as the attribute `time` has them.
std::string seconds_text(double seconds);

// The case of an expectation, or of whatever else had to be true.
Case case_of(std::string_view suite, std::string name, std::string_view kind, const record::Outcome& outcome,
             std::string_view command);

// Of the case that a fault's symptom was measured.
std::string fault_case_name(std::string_view fault);

// The name, or "name (2)" where it is taken already.
std::string unique(std::set<std::string>& used, const std::string& name);

}  // namespace firedrill::reports::junit
