// Which PromQL: the choices that parsing and evaluation share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace firedrill::promql {

// 2.x (as of 2.42): closed ranges and lookback, `.` does not match a newline, no UTF-8 names without quotes, plain
// summation where 3.x compensates. v3 is the newest 3.x; 3.5 lacks what came later.
enum class Version { v2, v3_5, v3 };

// As --promql-version and records name them: 2, 3.5, 3.
std::string_view to_string(Version version);
std::optional<Version> version_named(std::string_view name);
std::span<const std::string_view> version_names();

struct ParseOptions {
  Version version = Version::v3;
  // Functions and aggregations that Prometheus hides behind --enable-feature=promql-experimental-functions.
  bool experimental_functions = false;
  // Arithmetic in durations, [5m*2], of 3.5: --enable-feature=promql-duration-expr. The newest always has it, 2.x
  // never.
  bool duration_expressions = false;
};

// Whether an evaluation is to end before it is done, with the error kTimedOut (promql/cost.h). It is asked every some
// ten thousand samples, by the thread that evaluates.
class Interrupt {
 public:
  virtual ~Interrupt() = default;
  virtual bool is_due() const = 0;
};

struct Options {
  Version version = Version::v3;
  Duration lookback = 5min;
  Duration default_subquery_step = 1min;  // a subquery without a step: Prometheus takes the global evaluation interval
  bool experimental_functions = false;
  bool duration_expressions = false;
  // --enable-feature=promql-delayed-name-removal: a dropped metric name stays usable until the end of the expression.
  bool delayed_name_removal = false;
  // What an evaluation may cost (promql/cost.h): samples in memory at once, the default of --query.max-samples; and
  // samples read, each as often as it is read. Prometheus has a time-out instead (--query.timeout), which makes results
  // depend on the machine; who serves many has one, too: `interrupt`, which outlives the query. Null: there is none.
  std::int64_t max_held = 50'000'000;
  std::int64_t max_read = 1'000'000'000;
  const Interrupt* interrupt = nullptr;

  // For the texts that are to be evaluated so.
  ParseOptions parsing() const { return {version, experimental_functions, duration_expressions}; }
};

}  // namespace firedrill::promql
