// --enable-feature as Prometheus and promtool have it, as far as PromQL goes.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "promql/options.h"

namespace firedrill::cli {

struct Features {
  std::vector<std::string> names;

  void declare(Arguments& arguments);
  void apply(promql::Options& options) const;
  // As promtool: what it does not know, since it came or went with another version, stops nothing.
  void warn_of_others() const;
};

}  // namespace firedrill::cli
