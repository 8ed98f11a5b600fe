#include "promql/testscript/script_parse.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/lexer.h"

namespace firedrill::promql {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// The first word, taken off the text.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

struct Line {
  std::size_t number = 0;  // from 1
  std::size_t offset = 0;  // of the text in the source
  std::string_view text;   // trimmed; empty for comments
};

class ScriptParser {
 public:
  ScriptParser(const SourcePtr& source, Version version, bool leave_out)
      : source_(source), version_(version), leave_out_(leave_out) {
    const std::string_view text = source->text;
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view line = trim(text.substr(begin, end - begin));
      const std::size_t offset = line.empty() ? begin : static_cast<std::size_t>(line.data() - text.data());
      if (line.starts_with('#')) line = {};
      lines_.push_back({lines_.size() + 1, offset, line});
      begin = end + 1;
    }
  }

  Result<std::vector<ScriptCommand>> run() {
    while (next_ < lines_.size() && commands_.size() < 1'000'000) {
      const Line& line = lines_[next_++];
      if (line.text.empty()) continue;
      std::string_view rest = line.text;
      const std::string_view word = take_word(rest);
      if (word == "clear" && rest.empty()) {
        commands_.emplace_back(ClearCommand{});
      } else if (word == "load") {
        load(line, rest);
      } else if (word == "load_with_nhcb" && leave_out_) {
        load(line, rest);
        add_custom_buckets(std::get<LoadCommand>(commands_.back()));
      } else if (word == "eval" || word.starts_with("eval_")) {
        eval(line, word, rest);
      } else {
        error(line, format("invalid command {}", model::quote(word)), "expected load, clear or eval");
      }
    }
    if (errors_.empty()) return std::move(commands_);
    return failure(std::move(errors_));
  }

 private:
  void error(const Line& line, std::string what, std::string remedy = {}) {
    errors_.push_back(
        {Severity::error, position_at(source_, line.offset, line.text.size()), std::move(what), std::move(remedy)});
  }

  std::optional<Duration> duration(const Line& line, std::string_view text) {
    const bool minus = text.starts_with('-');
    const auto value = parse_duration(minus ? text.substr(1) : text);
    if (value) return minus ? -*value : *value;
    const auto seconds = parse_float(text);
    if (seconds && is_within_reach(*seconds)) return from_seconds(*seconds);
    error(line, seconds ? format("{} seconds are beyond any time", text) : value.error(),
          seconds ? "expected a number of seconds, or a duration such as 5m" : "");
    return std::nullopt;
  }

  // The lines of a block, up to an empty one or a comment.
  template <typename Visit>
  void block(const Visit& visit) {
    for (; next_ < lines_.size() && !lines_[next_].text.empty(); ++next_) visit(lines_[next_]);
  }

  bool is_left_out(const Line& line) const { return line.text.contains("{{") && leave_out_; }

  template <typename Parsed>
  std::optional<Parsed> checked(const Line& line, std::expected<Parsed, ParseError> parsed) {
    if (parsed) return std::move(*parsed);
    const ParseError& error = parsed.error();
    errors_.push_back({Severity::error,
                       position_at(source_, line.offset + error.where.begin, error.where.end - error.where.begin),
                       error.what, error.remedy});
    return std::nullopt;
  }

  std::optional<SeriesRunsText> series(const Line& line) {
    auto parsed = checked(line, parse_series_runs(line.text, version_));
    if (parsed && count_values(parsed->runs) > kMaxSeriesValues) {
      error(line, format("series of more than {} values", kMaxSeriesValues));
      return std::nullopt;
    }
    return parsed;
  }

  // load_with_nhcb keeps the classic histograms, and adds a native one, without le, for each.
  static void add_custom_buckets(LoadCommand& command) {
    constexpr std::string_view kSuffix = "_bucket";
    for (const ScriptSeries& series : command.series) {
      const model::Labels& labels = series.text.labels;
      const std::string_view name = labels.metric_name();
      if (!name.ends_with(kSuffix) || !labels.has(model::kBucketLabel)) continue;
      model::Labels native = labels;
      native.set(model::kMetricName, name.substr(0, name.size() - kSuffix.size()));
      native.remove(model::kBucketLabel);
      command.left_out.push_back({std::move(native), kHistograms});
    }
  }

  // True if the line loads nothing for that.
  bool note_left_out(const Line& line, LoadCommand& command) {
    if (!leave_out_) return false;
    const bool histogram = is_left_out(line);
    if (!histogram && !line.text.contains('@') && !line.text.contains("__")) return false;
    const auto metric = parse_metric(line.text, version_);
    if (!metric) return false;
    const auto note = [&](std::string_view what) { command.left_out.push_back({metric->labels, what}); };
    if (metric->labels.has("__type__") || metric->labels.has("__unit__")) note(kTypeLabels);
    const bool timestamps = line.text.substr(metric->length).starts_with("@st");
    if (timestamps) note(kStartTimestamps);
    if (histogram) note(kHistograms);
    return timestamps || histogram;
  }

  void load(const Line& line, std::string_view rest) {
    LoadCommand command;
    command.where = position_at(source_, line.offset, line.text.size());
    const auto interval = duration(line, rest);
    if (interval && *interval <= Duration::zero()) error(line, "the interval of load must be greater than 0");
    command.interval = interval && *interval > Duration::zero() ? *interval : Duration(1s);
    block([&](const Line& l) {
      if (note_left_out(l, command)) return;
      if (auto parsed = series(l)) {
        if (parsed->labels.empty()) error(l, "empty labelset: invalid sample", "a series needs a name or a label");
        if (static_cast<std::int64_t>(count_values(parsed->runs)) > kFarthest / command.interval) {
          error(l, "the series ends beyond any time", "shorten the interval of load, or give fewer values");
        }
        command.series.push_back({l.number, std::move(*parsed)});
      }
    });
    commands_.emplace_back(std::move(command));
  }

  bool window(const Line& line, std::string_view& rest, EvalCommand& command) {
    const auto part = [&](std::string_view keyword, Duration& out) {
      if (take_word(rest) != keyword) return error(line, format("expected {} and a time", keyword)), false;
      const auto value = duration(line, take_word(rest));
      out = value.value_or(Duration::zero());
      return value.has_value();
    };
    return part("from", command.from) && part("to", command.to) && part("step", command.step);
  }

  void eval(const Line& line, std::string_view word, std::string_view rest) {
    EvalCommand command;
    command.where = position_at(source_, line.offset, line.text.size());
    command.line = line.number;
    if (word == "eval_fail") command.fail.emplace_back();
    if (word == "eval_warn") command.warn.emplace_back();
    if (word == "eval_info") command.info.emplace_back();
    if (word == "eval_ordered") command.ordered = true;
    const std::string_view kind = take_word(rest);
    bool good = true;
    if (kind == "instant") {
      command.at = Duration::zero();
      if (rest.starts_with("at ") || rest.starts_with("at\t")) {
        take_word(rest);
        command.at = duration(line, take_word(rest));
        good = command.at.has_value();
      }
    } else if (kind == "range") {
      good = window(line, rest, command);
    } else {
      error(line, "invalid eval", "expected eval instant [at TIME] EXPR or eval range from TIME to TIME step D EXPR");
      good = false;
    }
    command.expr = rest;
    block([&](const Line& l) { expectation(l, command); });
    if (good) commands_.emplace_back(std::move(command));
  }

  void expectation(const Line& line, EvalCommand& command) {
    std::string_view rest = line.text;
    const std::string_view word = take_word(rest);
    if (word == "expect") return expect(line, rest, command);
    if (word == "expected_fail_message") return command.fail.assign(1, {ScriptMessage::Kind::exact, std::string(rest)});
    if (word == "expected_fail_regexp") return command.fail.assign(1, {ScriptMessage::Kind::regex, std::string(rest)});
    if (const auto number = read_scalar(line.text)) {
      command.scalar = *number;
      return;
    }
    if (is_left_out(line)) {
      command.has_histograms = true;
    } else if (auto parsed = series(line)) {
      command.series.push_back({line.number, std::move(*parsed)});
    }
  }

  static std::optional<double> read_scalar(std::string_view text) {
    const bool minus = text.starts_with('-');
    const auto value = read_number(minus || text.starts_with('+') ? text.substr(1) : text);
    if (!value) return std::nullopt;
    return minus ? -*value : *value;
  }

  void expect(const Line& line, std::string_view rest, EvalCommand& command) {
    const std::string_view kind = take_word(rest);
    if (kind == "ordered") return static_cast<void>(command.ordered = true);
    if (kind == "no_warn") return static_cast<void>(command.no_warn = true);
    if (kind == "no_info") return static_cast<void>(command.no_info = true);
    if (kind == "string") return text(line, rest, command);
    if (kind == "range" && take_word(rest) == "vector") {
      command.has_range_vector = window(line, rest, command);
      return;
    }
    std::vector<ScriptMessage>* list = kind == "fail"   ? &command.fail
                                       : kind == "warn" ? &command.warn
                                       : kind == "info" ? &command.info
                                                        : nullptr;
    if (list == nullptr) {
      return error(line, format("invalid expectation {}", model::quote(kind)),
                   "expected fail, warn, info, no_warn, no_info, ordered, string or range vector");
    }
    ScriptMessage message;
    if (rest.starts_with("msg:")) message = {ScriptMessage::Kind::exact, std::string(trim(rest.substr(4)))};
    if (rest.starts_with("regex:")) message = {ScriptMessage::Kind::regex, std::string(trim(rest.substr(6)))};
    if (message.kind == ScriptMessage::Kind::any && !rest.empty()) {
      return error(line, format("invalid expectation {}", model::quote(line.text)), "expected msg: or regex:");
    }
    list->push_back(std::move(message));
  }

  void text(const Line& line, std::string_view rest, EvalCommand& command) {
    const Lexed lexed = lex(rest, Version::v3);
    if (lexed.tokens.front().kind != Tok::string) return error(line, "expected a string in quotes");
    command.string = unquote(rest);
  }

  SourcePtr source_;
  Version version_;
  bool leave_out_;
  std::vector<Line> lines_;
  std::size_t next_ = 0;
  std::vector<ScriptCommand> commands_;
  Diagnostics errors_;
};

}  // namespace

Result<std::vector<ScriptCommand>> parse_script(const SourcePtr& source, Version version, bool leave_out) {
  return ScriptParser(source, version, leave_out).run();
}

}  // namespace firedrill::promql
