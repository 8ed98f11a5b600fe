// firedrill query RECORD EXPR: PromQL over the series of a record.
#include <algorithm>
#include <memory>
#include <string_view>

#include "base/bounds/activity.h"
#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "cli/record_time.h"
#include "driver/outputs.h"
#include "driver/record_query.h"
#include "promql/api_json.h"
#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string record;
  std::string expression;
  std::string at;
  std::vector<std::string> range;  // from, to, step
  std::string promql_version;      // empty: the record's
  std::vector<std::string> features;
  bool json = false;
};

constexpr std::string_view kExperimental = "promql-experimental-functions";
constexpr std::string_view kDurations = "promql-duration-expr";

constexpr std::int64_t kMostPoints = 11'000;  // of a series, as Prometheus's API

class RecordQuery {
 public:
  RecordQuery(const Options& options, const driver::LoadedRecord& loaded)
      : options_(options), record_(loaded.record), series_(loaded.series) {}

  int run() {
    if (!read_times()) return kBadInput;
    auto parsed = promql::parse_text(options_.expression, engine().parsing());
    if (!parsed) return refuse_expression(parsed.error());
    const promql::ValueType type = (*parsed)->type;
    if (!options_.range.empty() && type != promql::ValueType::vector && type != promql::ValueType::scalar) {
      const std::string what =
          format("invalid expression type \"{}\" for range query, must be Scalar or instant Vector", to_string(type));
      const std::string_view prefix = engine().version != promql::Version::v2 ? "invalid parameter \"query\": " : "";
      return refuse("bad_data", format("{}{}", prefix, what), {{Severity::error, {source_}, what, ""}});
    }
    if (const Diagnostics missing = driver::series_left_out(**parsed, source_, series_); !missing.empty()) {
      return refuse("execution", missing.front().what, missing);
    }
    warn_of_short_run(**parsed);
    return evaluate(*parsed);
  }

 private:
  promql::Options engine() const {
    promql::Options engine;
    const std::string& version = options_.promql_version.empty() ? record_.promql_version : options_.promql_version;
    engine.version = promql::version_named(version).value_or(promql::Version::v3);
    engine.default_subquery_step = record_.monitoring.evaluation_interval;
    const auto& features = options_.features;
    engine.experimental_functions = std::ranges::find(features, kExperimental) != features.end();
    engine.duration_expressions = std::ranges::find(features, kDurations) != features.end();
    return engine;
  }

  // The seed's remaining_budget_30d over an hour's run, for instance.
  void warn_of_short_run(const promql::Expr& expression) const {
    const Duration run = record_.judged_to - record_.started;
    const auto reach = promql::Query::reach(expression, engine());
    if (!reach || *reach <= run) return;
    print_err(
        format("firedrill: warning: the expression looks back {}, and the run lasted {}: what its data show counts "
               "for all of it\n",
               describe_duration(*reach), describe_duration(run)));
  }

  // Prometheus counts columns in bytes, people in characters.
  int refuse_expression(const std::vector<promql::ParseError>& errors) const {
    const std::string_view before = std::string_view(options_.expression).substr(0, errors.front().where.begin);
    const auto line = std::ranges::count(before, '\n') + 1;
    const bool nowhere = options_.expression.empty() && engine().version != promql::Version::v2;
    const std::string where =
        nowhere ? "unknown position" : format("{}:{}", line, before.size() - (before.rfind('\n') + 1) + 1);
    Diagnostics diagnostics;
    for (const promql::ParseError& error : errors) {
      const std::size_t length = error.where.end > error.where.begin ? error.where.end - error.where.begin : 1;
      diagnostics.push_back(
          {Severity::error, position_at(source_, error.where.begin, length), error.what, error.remedy});
    }
    return refuse("bad_data", format("invalid parameter \"query\": {}: parse error: {}", where, errors.front().what),
                  diagnostics);
  }

  // With --json the answer is the API's also where it is an error.
  int refuse(std::string_view type, std::string_view what, const Diagnostics& diagnostics) const {
    if (options_.json) print_data(promql::api_error(type, what) + "\n");
    print_diagnostics(diagnostics);
    return kBadInput;
  }

  bool read_time(std::string_view option, const std::string& text, Time& to) const {
    return read_record_time(option, text, record_, to);
  }

  bool refuse_range(std::string_view what, std::string_view remedy) const {
    if (options_.json) print_data(promql::api_error("bad_data", what) + "\n");
    print_err(format("firedrill: error: --range: {}\n      = help: {}\n", printable(what), remedy));
    return false;
  }

  // The shortest in whole seconds, or in milliseconds where that is enough.
  Duration least_step() const {
    const Duration least = (to_ - from_ + (kMostPoints - 1) * 1ms) / kMostPoints;
    return least < 1s ? least : (least + 999ms) / 1s * 1s;
  }

  bool read_times() {
    from_ = to_ = record_.judged_to;
    if (options_.range.empty()) {
      if (!options_.at.empty() && !read_time("--at", options_.at, from_)) return false;
      to_ = from_;
    } else {
      if (!read_time("--range", options_.range[0], from_) || !read_time("--range", options_.range[1], to_)) {
        return false;
      }
      const auto step = driver::parse_step(options_.range[2]);
      if (!step) return refuse_range(format("step '{}': {}", options_.range[2], step.error()), "as 30s, or as 30");
      step_ = *step;
      if (to_ < from_) return refuse_range("end timestamp must not be before start time", "exchange the two times");
      if ((to_ - from_) / step_ > kMostPoints) {
        // web/api/v1/api.go, queryRange
        return refuse_range(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution "
            "(?step=XX)",
            format("take a step of at least {}", format_duration(least_step())));
      }
    }
    if (to_ < record_.started || from_ > record_.judged_to) {
      print_err(format("firedrill: warning: the run lasted from {} to {}, and the query is about another time\n",
                       format_instant(record_.started), format_instant(record_.judged_to)));
    }
    return true;
  }

  int evaluate(const std::shared_ptr<const promql::Expr>& expression) const {
    const Position whole{source_, 1, 1};
    const Activity activity(whole);
    promql::Query query(expression, series_, engine());
    promql::Annotations annotations;
    std::expected<promql::Value, std::string> value;
    if (options_.range.empty()) {
      value = query.at(from_, &annotations);
    } else {
      auto matrix = query.range(from_, to_, step_, &annotations);
      value = matrix ? std::expected<promql::Value, std::string>(std::move(*matrix)) : std::unexpected(matrix.error());
    }
    // Prometheus 2.42 has none yet.
    if (engine().version == promql::Version::v2) annotations = {};
    if (!value)
      return refuse("execution", value.error(), {{Severity::error, {source_}, value.error(), remedy(value.error())}});
    if (options_.json) {
      print_data(promql::api_success(*value, from_, annotations) + "\n");
      return kPassed;
    }
    std::visit([&](const auto& each) { print_table(each); }, *value);
    for (const std::string& text : annotations.warnings) print_err(printable(text) + "\n");
    for (const std::string& text : annotations.infos) print_err(printable(text) + "\n");
    return kPassed;
  }

  // Of an error, where it is that the expression costs too much.
  std::string remedy(std::string_view error) const {
    const Budget& budget = options_.bounds.budget();
    if (budget.exceeded()) return budget.diagnostic().remedy;
    const bool costly = error.starts_with(promql::kTooManyRead) || error.starts_with(promql::kTooManyHeld);
    if (!costly) return "";
    return options_.range.empty() ? "shorten the ranges of the expression, or lengthen the steps of its subqueries"
                                  : "take a longer step or a shorter time for --range, or shorten the ranges of the "
                                    "expression";
  }

  static std::string shown(const model::Labels& labels) { return printable(labels.to_string()); }

  void print_table(const promql::Scalar& scalar) const { print_out(promql::api_number(scalar.value) + "\n"); }
  void print_table(const promql::String& string) const { print_out(printable(string.value) + "\n"); }

  void print_table(const promql::Vector& vector) const {
    std::size_t width = 0;
    for (const auto& sample : vector) width = std::max(width, display_width(shown(sample.labels)));
    for (const auto& sample : vector) {
      print_out(format("{}  {}\n", padded(shown(sample.labels), width), promql::api_number(sample.value)));
    }
    if (vector.empty()) print_err(format("no samples at {}\n", format_instant(from_)));
  }

  void print_table(const promql::Matrix& matrix) const {
    for (const auto& series : matrix) {
      std::string out = shown(series.labels) + "\n";
      for (const auto& sample : series.samples) {
        out += format("  {}  {}\n", format_instant(sample.t), promql::api_number(sample.value));
      }
      print_out(out);
    }
    if (matrix.empty()) print_err(format("no samples from {} to {}\n", format_instant(from_), format_instant(to_)));
  }

  const Options& options_;
  const record::Record& record_;
  const tsdb::Store& series_;
  SourcePtr source_ = make_source("<expression>", options_.expression);
  Time from_{}, to_{};
  Duration step_{};
};

int query(Options& options) {
  options.bounds.start();
  const auto loaded = driver::load_record(
      options.record, {.needs_series = true, .hooks = output_hooks(), .budget = &options.bounds.budget()});
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  // What the command exceeds ends the evaluation with an error that says so.
  const int code = RecordQuery(options, *loaded).run();
  return options.bounds.budget().exceeded() ? kBadInput : code;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("record", options->record, "the record's folder, or its record.json").required();
  arguments.option("expression", options->expression, "PromQL").required();
  const Argument at =
      arguments.option("--at", options->at,
                       "the time: RFC 3339, Unix seconds, +30m or -5m from the end of the warm-up, start, "
                       "end, start+10m, end-5m (default: end)");
  arguments.option("--range", options->range, "FROM TO STEP: a value at each step, as /api/v1/query_range")
      .takes(3)
      .not_with(at);
  arguments
      .option("--promql-version", options->promql_version,
              "semantics of Prometheus 2.x, 3.5 or the newest 3.x (default: the run's)")
      .one_of(promql::version_names());
  arguments
      .option("--enable-feature", options->features,
              "as Prometheus: promql-experimental-functions, promql-duration-expr (of 3.5)")
      .separated_by(',')
      .one_of({std::string(kExperimental), std::string(kDurations)});
  arguments.flag("--json", options->json, "print what Prometheus's HTTP API answers");
  options->bounds.declare(arguments);
  arguments.runs([options] { return query(*options); });
}

}  // namespace

Command query_command() {
  return {.name = "query", .summary = "evaluate PromQL over the series of a record", .declare = declare};
}

}  // namespace firedrill::cli
