#include "promql/parse/series_text.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/lexer.h"
#include "promql/parse/text.h"

namespace firedrill::promql {
namespace {

class ValueReader {
 public:
  ValueReader(std::string_view text, std::size_t at, Version version) : text_(text), at_(at), version_(version) {}

  std::expected<SeriesRuns, ParseError> read() {
    // A metric ends with a space, or the text does.
    if (at_ > 0 && at_ < text_.size() && !is_space()) start_ = at_, unexpected();
    skip_spaces();
    while (at_ < text_.size() && error_.empty()) {
      start_ = at_;
      item();
      if (error_.empty() && at_ < text_.size() && !is_space()) unexpected();
      skip_spaces();
    }
    if (error_.empty()) return std::move(runs_);
    const auto begin = static_cast<std::uint32_t>(start_);
    const auto end = static_cast<std::uint32_t>(std::max(start_ + 1, std::min(at_, text_.size())));
    return std::unexpected(ParseError{{begin, end}, std::move(error_), std::move(remedy_)});
  }

 private:
  bool is_space() const { return at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_]); }
  void skip_spaces() {
    while (is_space()) ++at_;
  }
  int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  bool accept(char c) {
    if (peek() != static_cast<unsigned char>(c)) return false;
    ++at_;
    return true;
  }
  void fail(std::string what, std::string remedy = {}) {
    if (error_.empty()) error_ = std::move(what), remedy_ = std::move(remedy);
  }
  void unexpected() {
    while (at_ < text_.size() && !is_space()) ++at_;
    fail(format("unexpected {} in series values", model::quote(text_.substr(start_, at_ - start_))),
         "expected numbers, a+bxn, axn, _, _xn or stale, separated by spaces");
  }

  void item() {
    if (text_.substr(at_).starts_with("{{")) return fail("native histograms are not supported");
    if (accept('_')) {
      const std::uint64_t count = accept('x') ? repetitions() : 1;
      return add({SeriesRun::Kind::absent, count});
    }
    // Cannot be repeated; whatever follows is part of the word.
    if (text_.substr(at_).starts_with("stale")) {
      at_ += 5;
      return add({SeriesRun::Kind::steady, 1, stale_marker()});
    }
    auto value = signed_number();
    if (!value) return unexpected();
    std::optional<double> step;
    if (peek() == '+' || peek() == '-') {
      step = signed_number();
      if (!step || (peek() != 'x' && error_.empty())) return unexpected();
    }
    const std::uint64_t count = accept('x') ? repetitions() + 1 : 1;
    add({step ? SeriesRun::Kind::rising : SeriesRun::Kind::steady, count, *value, step.value_or(0)});
  }

  void add(const SeriesRun& run) {
    if (error_.empty()) runs_.push_back(run);
  }

  std::uint64_t repetitions() {
    const std::size_t begin = at_;
    std::uint64_t count = 0;
    while (is_digit(peek())) {
      if (count < 1'000'000'000'000) count = count * 10 + static_cast<std::uint64_t>(peek() - '0');
      ++at_;
    }
    if (at_ == begin) unexpected();
    return count;
  }

  std::optional<double> signed_number() {
    const bool minus = accept('-');
    if (!minus) accept('+');
    const std::size_t begin = at_;
    if (is_alpha(peek())) {
      while (is_alpha(peek())) ++at_;
      const std::string word = lower_case(text_.substr(begin, at_ - begin));
      if (word != "inf" && word != "nan") return std::nullopt;
    } else {
      digits();
      if (accept('.')) digits();
      if ((peek() == 'e' || peek() == 'E') && at_ > begin) {
        ++at_;
        if (!accept('+')) accept('-');
        digits();
      }
    }
    const std::string_view literal = text_.substr(begin, at_ - begin);
    if (literal.empty() || literal == ".") return std::nullopt;
    const auto value = read_number(literal);
    if (!value) {
      fail(value.error());
      return 0;
    }
    return minus ? -*value : *value;
  }

  // Of one number; Prometheus 3 lets underscores stand between them.
  void digits() {
    while (is_digit(peek()) || (version_ != Version::v2 && peek() == '_' && at_ > 0 && is_digit(text_[at_ - 1]) &&
                                at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_;
  Version version_;
  std::size_t start_ = 0;
  SeriesRuns runs_;
  std::string error_;
  std::string remedy_;
};

std::expected<SeriesValues, ParseError> expand(const SeriesRuns& runs, std::string_view text) {
  SeriesValues values;
  for (const SeriesRun& run : runs) {
    if (run.count > kMaxSeriesValues - values.size()) {
      const auto end = static_cast<std::uint32_t>(text.size());
      return std::unexpected(ParseError{{0, end}, format("series of more than {} values", kMaxSeriesValues), {}});
    }
    double current = run.first;
    for (std::uint64_t i = 0; i < run.count; ++i) {
      values.push_back(run.kind == SeriesRun::Kind::absent ? std::nullopt : std::optional(current));
      if (run.kind == SeriesRun::Kind::rising) current += run.step;
    }
  }
  return values;
}

}  // namespace

std::uint64_t count_values(const SeriesRuns& runs) {
  std::uint64_t count = 0;
  for (const SeriesRun& run : runs) count = std::min<std::uint64_t>(count + run.count, 1'000'000'000'000);
  return count;
}

std::expected<SeriesValues, ParseError> parse_series_values(std::string_view text, Version version) {
  auto runs = ValueReader(text, 0, version).read();
  if (!runs) return std::unexpected(std::move(runs.error()));
  return expand(*runs, text);
}

std::expected<SeriesRunsText, ParseError> parse_series_runs(std::string_view text, Version version) {
  auto metric = parse_metric(text, version);
  if (!metric) return std::unexpected(std::move(metric.error()));
  auto runs = ValueReader(text, metric->length, version).read();
  if (!runs) return std::unexpected(std::move(runs.error()));
  return SeriesRunsText{std::move(metric->labels), std::move(*runs), std::move(metric->repeated)};
}

}  // namespace firedrill::promql
