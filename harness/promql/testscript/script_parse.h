// A promqltest script as commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "promql/parse/series_text.h"

namespace firedrill::promql {

struct ScriptSeries {
  std::size_t line = 0;
  SeriesRunsText text;  // of kMaxSeriesValues at most
};

// A series that has what is not supported: what that is, in the plural.
struct LeftOut {
  model::Labels labels;
  std::string_view what;
};
inline constexpr std::string_view kHistograms = "native histograms";
inline constexpr std::string_view kStartTimestamps = "start timestamps";
inline constexpr std::string_view kTypeLabels = "type and unit labels";

struct LoadCommand {
  Position where;
  Duration interval{};
  std::vector<ScriptSeries> series;
  std::vector<LeftOut> left_out;
};
struct ClearCommand {};

// expect fail|warn|info msg: …|regex: …
struct ScriptMessage {
  enum class Kind { any, exact, regex };
  Kind kind = Kind::any;
  std::string text;
};

struct EvalCommand {
  Position where;
  std::size_t line = 0;
  std::string expr;
  std::optional<Duration> at;     // instant
  Duration from{}, to{}, step{};  // of the evaluation, or of an expected range vector
  std::optional<double> scalar;
  std::optional<std::string> string;
  std::vector<ScriptSeries> series;
  bool ordered = false;
  std::vector<ScriptMessage> fail, warn, info;
  bool no_warn = false;
  bool no_info = false;
  bool has_histograms = false;
  bool has_range_vector = false;  // expects a range vector from an instant evaluation
};

using ScriptCommand = std::variant<LoadCommand, ClearCommand, EvalCommand>;

Result<std::vector<ScriptCommand>> parse_script(const SourcePtr& source, Version version, bool leave_out);

}  // namespace firedrill::promql
