// What a variant of a drill draws anew, so that none can be learned by heart; and the names that the trainee's side
// must never have.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/files/read_scope.h"
#include "base/result.h"
#include "console/drill/drill.h"

namespace firedrill::console {

// The texts of the scenario's files as this variant has them: values at the drill's paths, names in all files. Of 0 all
// is as it was written, but for the scenario's own name (its folder's), which is the drill's everywhere.
class Variant {
 public:
  Variant(const Drill& drill, std::string scenario_name, std::int64_t number);
  // As it was written, but for one value: whether each choice is sound is tried one by one.
  Variant(const Drill& drill, std::string scenario_name, const Draw& draw, const std::string& choice);

  // Errors: a path that leads to no plain value of scenario.yaml.
  Result<std::string> scenario_text(const SourcePtr& source) const;
  // Of any other text of the scenario's, or of the drill's.
  std::string with_names(const std::string& text) const;
  // The drill with the names that it has in this variant.
  Drill renamed(const Drill& drill) const;

 private:
  std::map<std::string, std::string> names_;   // by the name that was written
  std::map<std::string, std::string> values_;  // by path
  std::map<std::string, Position> places_;     // where the drill says so
};

}  // namespace firedrill::console
