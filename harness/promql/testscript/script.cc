#include "promql/testscript/script.h"

#include <algorithm>
#include <limits>

#include "base/bounds/activity.h"
#include "base/bounds/budget.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/regex.h"
#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/functions/floats.h"
#include "promql/memory.h"
#include "promql/parse/parser.h"
#include "promql/testscript/script_parse.h"

namespace firedrill::promql {
namespace {

constexpr std::int64_t kBytesOfSample = sizeof(std::int64_t) + sizeof(double);
// Samples of a series that a message shows.
constexpr std::size_t kShown = 1000;

// promqltest's tolerance: relative, 1e-6.
bool almost_equal(double a, double b) {
  constexpr double kEpsilon = 0.000001;
  if (is_stale(a) || is_stale(b)) return is_stale(a) == is_stale(b);
  if (is_nan(a) && is_nan(b)) return true;
  if (a == b) return true;
  const double sum = magnitude(a) + magnitude(b);
  const double difference = magnitude(a - b);
  constexpr double kMinNormal = std::numeric_limits<double>::min();
  if (a == 0 || b == 0 || sum < kMinNormal) return difference < kEpsilon * kMinNormal;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kEpsilon;
}

bool matches(const ScriptMessage& message, const std::string& text) {
  switch (message.kind) {
    case ScriptMessage::Kind::any:
      return true;
    case ScriptMessage::Kind::exact:
      return text == message.text;
    case ScriptMessage::Kind::regex: {
      const auto regex = Regex::compile(message.text, DotNewline::no, false);
      // Unanchored: the text changes if the pattern is found in it.
      return regex && (regex->matches(text) || regex->replace_all(text, "\x01") != text);
    }
  }
  return false;
}

// So many steps on; kFarthest where that is farther.
Time later(Time from, Duration step, std::uint64_t steps) {
  if (step > Duration(0) && static_cast<std::int64_t>(steps) > kFarthest / step) return Time(kFarthest);
  return from + step * static_cast<std::int64_t>(steps);
}

std::string value_text(double value) {
  return is_stale(value) ? "stale" : format_go_f(value);
}

class ScriptRunner {
 public:
  ScriptRunner(const SourcePtr& source, const ScriptOptions& options)
      : source_(source),
        options_(options),
        store_(options.budget),
        stored_(options.budget, Bound::sample_bytes, 1 << 16) {
    std::size_t offset = 0;
    while (offset != std::string::npos) {
      line_offsets_.push_back(offset);
      offset = source->text.find('\n', offset);
      if (offset != std::string::npos) ++offset;
    }
  }

  ScriptResult run(const std::vector<ScriptCommand>& commands) {
    for (const ScriptCommand& command : commands) {
      if (options_.budget != nullptr && options_.budget->exceeded()) break;
      std::visit([&](const auto& c) { execute(c); }, command);
    }
    return std::move(result_);
  }

 private:
  void fail(std::size_t line, std::string what) {
    const std::string& text = source_->text;
    const std::size_t begin = text.find_first_not_of(" \t", line_offsets_[line - 1]);
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result_.failures.push_back({Severity::error, position_at(source_, begin, end - begin), std::move(what), ""});
  }

  void execute(const ClearCommand&) {
    store_ = MemoryStore(options_.budget);
    store_bytes_ = 0;
    stored_.use(0);
    left_out_.clear();
  }

  void execute(const LoadCommand& command) {
    left_out_.insert(left_out_.end(), command.left_out.begin(), command.left_out.end());
    const Activity activity(command.where);
    for (const ScriptSeries& series : command.series) {
      if (!make_room(series.text.runs)) return;
      const SeriesRef ref = store_.series(series.text.labels);
      each_value(series.text.runs, [&](std::uint64_t i, double value) {
        store_.append(ref, Time(command.interval * static_cast<std::int64_t>(i)), value);
      });
    }
  }

  // False if the command holds too much already.
  bool make_room(const SeriesRuns& runs) {
    for (const SeriesRun& run : runs) {
      if (run.kind != SeriesRun::Kind::absent) store_bytes_ += kBytesOfSample * static_cast<std::int64_t>(run.count);
    }
    return stored_.use(store_bytes_);
  }

  // What a series has that it would read, at any time, and that was left out; nothing if there is none.
  std::string_view left_out_of(const Expr& expr) const {
    for (const VectorSelector* selector : selectors(expr)) {
      for (const LeftOut& series : left_out_) {
        const auto matches = [&](const model::Matcher& m) { return m.matches(series.labels); };
        if (std::ranges::all_of(selector->matchers, matches)) return series.what;
      }
    }
    return {};
  }

  // True if it is to be left out.
  template <typename Parsed>
  bool leaves_out(const EvalCommand& command, const Parsed& parsed) {
    if (!options_.leave_out) return false;
    std::string what;
    if (command.has_histograms) what = kHistograms;
    if (what.empty() && parsed) what = left_out_of(**parsed);
    if (what.empty() && !parsed) what = parsed.error().front().lacking;
    if (what.empty()) return false;
    ++result_.left_out[what];
    return true;
  }

  void execute(const EvalCommand& command) {
    const Activity activity(command.where);
    const auto parsed = parse_text(command.expr, {.version = options_.engine.version,
                                                  .experimental_functions = options_.engine.experimental_functions,
                                                  .duration_expressions = true});
    if (leaves_out(command, parsed)) return;
    ++result_.evaluations;
    if (!parsed) {
      const std::string& what = parsed.error().front().what;
      if (command.fail.empty()) return fail(command.line, "cannot parse the expression: " + what);
      return check_failure(command, what);
    }
    Query query(*parsed, store_, options_.engine);
    if (command.at) {
      instant(command, query);
    } else {
      range(command, query);
    }
  }

  void check_failure(const EvalCommand& command, const std::string& what) {
    for (const ScriptMessage& message : command.fail) {
      if (matches(message, what)) continue;
      fail(command.line, format("expected an error matching \"{}\", but got \"{}\"", message.text, what));
    }
  }

  // True if the evaluation went as far as a result to compare.
  bool settled(const EvalCommand& command, const std::string* error) {
    if (error == nullptr) {
      if (command.fail.empty()) return true;
      fail(command.line, "expected an error, but got none");
    } else if (command.fail.empty()) {
      if (const auto remedy = remedy_for_bound(*error); !remedy.empty() && options_.budget != nullptr) {
        options_.budget->refuse(*error, std::string(remedy));
      }
      fail(command.line, "error evaluating the expression: " + *error);
    } else {
      check_failure(command, *error);
    }
    return false;
  }

  void instant(const EvalCommand& command, Query& query) {
    const Time t = Time(*command.at);
    Annotations annotations;
    const auto value = query.at(t, &annotations);
    if (!settled(command, value ? nullptr : &value.error())) return;
    const std::size_t failures = result_.failures.size();
    check_annotations(command, annotations);
    std::visit([&](const auto& v) { compare(command, v); }, *value);
    if (result_.failures.size() > failures) return;  // the range would only say it again
    if (std::holds_alternative<Vector>(*value) && !command.ordered) compare_in_range(command, query, t);
  }

  // The same in the middle of a range evaluation.
  void compare_in_range(const EvalCommand& command, Query& query, Time t) {
    // Which times these mean depends on the kind of evaluation.
    for (const std::string_view call : {"start()", "end()", "step()", "range()"}) {
      if (command.expr.contains(call)) return;
    }
    const auto matrix = query.range(t - 1min, t + 1min, 1min);
    if (!matrix) return fail(command.line, "error evaluating the expression as a range: " + matrix.error());
    Vector middle;
    for (const Series& series : *matrix) {
      for (const model::Sample& sample : series.samples) {
        if (sample.t == t) middle.push_back({series.labels, sample.value});
      }
    }
    const std::size_t failures = result_.failures.size();
    compare(command, middle);
    for (std::size_t i = failures; i < result_.failures.size(); ++i) {
      result_.failures[i].what.insert(0, "within a range query: ");
    }
  }

  void range(const EvalCommand& command, Query& query) {
    Annotations annotations;
    const auto matrix = query.range(Time(command.from), Time(command.to), command.step, &annotations);
    if (!settled(command, matrix ? nullptr : &matrix.error())) return;
    check_annotations(command, annotations);
    compare(command, *matrix);
  }

  void check_annotations(const EvalCommand& command, const Annotations& annotations) {
    check_texts(command, "warn", command.warn, command.no_warn, placed(annotations.warnings));
    check_texts(command, "info", command.info, command.no_info, placed(annotations.infos));
  }

  // Scripts up to 3.5 have annotations without their places.
  std::vector<std::string> placed(std::vector<std::string> texts) const {
    if (options_.engine.version == Version::v3) return texts;
    for (std::string& text : texts) text.resize(std::min(text.size(), text.rfind(" (")));
    return texts;
  }

  void check_texts(const EvalCommand& command, std::string_view kind, const std::vector<ScriptMessage>& expected,
                   bool none, const std::vector<std::string>& texts) {
    if (none && !texts.empty()) fail(command.line, format("unexpected {}: {}", kind, texts.front()));
    for (const ScriptMessage& message : expected) {
      if (std::ranges::none_of(texts, [&](const std::string& text) { return matches(message, text); })) {
        fail(command.line, format("expected {} annotation matching \"{}\" but got {}", kind, message.text,
                                  texts.empty() ? "none" : texts.front()));
      }
    }
    if (expected.empty()) return;
    for (const std::string& text : texts) {
      if (std::ranges::none_of(expected, [&](const ScriptMessage& message) { return matches(message, text); })) {
        fail(command.line, format("unexpected {} annotation: {}", kind, text));
      }
    }
  }

  void compare(const EvalCommand& command, const Scalar& scalar) {
    if (!command.scalar) return fail(command.line, format("expected no scalar, got {}", value_text(scalar.value)));
    if (!almost_equal(*command.scalar, scalar.value)) {
      fail(command.line, format("expected {}, got {}", value_text(*command.scalar), value_text(scalar.value)));
    }
  }

  void compare(const EvalCommand& command, const String& string) {
    if (!command.string) return fail(command.line, "expected no string, got " + model::quote(string.value));
    if (*command.string != string.value) {
      fail(command.line, format("expected {}, got {}", model::quote(*command.string), model::quote(string.value)));
    }
  }

  void compare(const EvalCommand& command, const Vector& vector) {
    if (command.scalar || command.string) return fail(command.line, "expected a scalar or string, got a vector");
    std::vector<const VectorSample*> left;
    for (const VectorSample& sample : vector) left.push_back(&sample);
    for (std::size_t i = 0; i < command.series.size(); ++i) {
      const SeriesRunsText& expected = command.series[i].text;
      const auto it = std::ranges::find_if(left, [&](const VectorSample* s) { return s->labels == expected.labels; });
      if (it == left.end()) {
        fail(command.line, "expected " + expected.labels.to_string() + ", which is not in the result");
        continue;
      }
      const double value = (*it)->value;
      const bool given = !expected.runs.empty() && expected.runs.front().kind != SeriesRun::Kind::absent;
      const double wanted = given ? expected.runs.front().first : 0;
      if (!almost_equal(wanted, value)) {
        fail(command.line,
             format("expected {} for {}, got {}", value_text(wanted), expected.labels.to_string(), value_text(value)));
      }
      const auto position = static_cast<std::size_t>(*it - vector.data());
      if (command.ordered && position != i) {
        fail(command.line,
             format("expected {} at position {}, got it at {}", expected.labels.to_string(), i + 1, position + 1));
      }
      left.erase(it);
    }
    for (const VectorSample* sample : left) {
      fail(command.line, format("unexpected {} {}", sample->labels.to_string(), value_text(sample->value)));
    }
  }

  void compare(const EvalCommand& command, const Matrix& matrix) {
    if (command.at && !command.has_range_vector) return fail(command.line, "expected no range vector");
    if (command.scalar) return compare_scalars(command, matrix);
    std::vector<const Series*> left;
    for (const Series& series : matrix) left.push_back(&series);
    for (const ScriptSeries& expected : command.series) {
      const auto it = std::ranges::find_if(left, [&](const Series* s) { return s->labels == expected.text.labels; });
      if (it == left.end()) {
        const auto any = [](const SeriesRun& run) { return run.kind != SeriesRun::Kind::absent && run.count > 0; };
        if (std::ranges::any_of(expected.text.runs, any)) {
          fail(command.line, "expected " + expected.text.labels.to_string() + ", which is not in the result");
        }
        continue;
      }
      compare_series(command, expected.text, **it);
      left.erase(it);
    }
    for (const Series* series : left) fail(command.line, "unexpected " + series_text(*series));
  }

  void compare_scalars(const EvalCommand& command, const Matrix& matrix) {
    for (const Series& series : matrix) {
      for (const model::Sample& sample : series.samples) {
        if (!almost_equal(*command.scalar, sample.value)) {
          return fail(command.line, format("expected {}, got {}", value_text(*command.scalar), series_text(series)));
        }
      }
    }
  }

  void compare_series(const EvalCommand& command, const SeriesRunsText& expected, const Series& series) {
    const std::vector<model::Sample>& seen = series.samples;
    std::vector<model::Sample> shown;
    std::size_t wanted = 0;
    bool same = true;
    each_value(expected.runs, [&](std::uint64_t i, double value) {
      const Time t = later(Time(command.from), command.step, i);
      same = same && wanted < seen.size() && seen[wanted].t == t && almost_equal(seen[wanted].value, value);
      if (shown.size() < kShown) shown.push_back({t, value});
      ++wanted;
    });
    if (same && wanted == seen.size()) return;
    fail(command.line,
         format("expected {}, got {}", series_text({expected.labels, shown}, wanted), series_text(series)));
  }

  static std::string series_text(const Series& series) { return series_text(series, series.samples.size()); }
  // Of a series of `count` samples, the first of which are at hand.
  static std::string series_text(const Series& series, std::size_t count) {
    std::string out = series.labels.to_string();
    for (const model::Sample& sample : std::span(series.samples).first(std::min(series.samples.size(), kShown))) {
      out += format(" {}@{}", value_text(sample.value), to_seconds(sample.t));
    }
    if (count > kShown) out += format(" and {} more", count - kShown);
    return out;
  }

  SourcePtr source_;
  const ScriptOptions& options_;
  std::vector<std::size_t> line_offsets_;
  MemoryStore store_;
  std::int64_t store_bytes_ = 0;
  Share stored_;
  std::vector<LeftOut> left_out_;  // when series were loaded
  ScriptResult result_;
};

}  // namespace

Result<ScriptResult> run_script(const SourcePtr& source, const ScriptOptions& options) {
  const auto commands = parse_script(source, options.engine.version, options.leave_out);
  if (!commands) return std::unexpected(commands.error());
  return ScriptRunner(source, options).run(*commands);
}

}  // namespace firedrill::promql
