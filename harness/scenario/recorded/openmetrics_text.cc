// OpenMetrics text: https://github.com/prometheus/OpenMetrics, as far as series and their times go.
#include <algorithm>
#include <map>
#include <optional>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/parser.h"
#include "scenario/recorded/recording_file.h"

namespace firedrill::scenario {
namespace {

using fake_services::RecordedSeries;
using model::MetricType;

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

MetricType type_named(std::string_view name) {
  return name == "counter"     ? MetricType::counter
         : name == "gauge"     ? MetricType::gauge
         : name == "histogram" ? MetricType::histogram
         : name == "summary"   ? MetricType::summary
                               : MetricType::unknown;
}

class Reader {
 public:
  explicit Reader(const SourcePtr& source) : source_(source) {}

  Result<std::vector<RecordedSeries>> read() {
    const std::string_view text = source_->text;
    bool ended = false;
    for (std::size_t at = 0; at < text.size() && found_.empty();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      at_ = at;
      if (ended) {
        refuse(at, "behind # EOF there is more",
               "remove what stands behind it, or the # EOF in the middle of the file");
        break;
      }
      if (line == "# EOF") ended = true;
      if (line.starts_with('#')) {
        read_comment(line);
      } else if (!line.empty()) {
        read_sample(line);
      }
      at = end + 1;
    }
    if (found_.empty() && !ended) {
      refuse(text.size(), "the file does not end with # EOF: part of it is missing", "record it again");
    }
    if (!found_.empty()) return failure(std::move(found_));
    return std::move(series_);
  }

 private:
  void refuse(std::size_t offset, std::string what, std::string remedy) {
    found_.push_back({Severity::error, position_at(source_, offset), std::move(what), std::move(remedy)});
  }

  // # TYPE name type
  void read_comment(std::string_view line) {
    line.remove_prefix(1);
    if (next_word(line) != "TYPE") return;
    const std::string name(next_word(line));
    types_[name] = type_named(next_word(line));
  }

  MetricType type_of(std::string_view metric) const {
    for (const std::string_view suffix : {"", "_total", "_bucket", "_sum", "_count"}) {
      if (!metric.ends_with(suffix)) continue;
      const auto known = types_.find(metric.substr(0, metric.size() - suffix.size()));
      if (known != types_.end()) return known->second;
    }
    return MetricType::unknown;
  }

  // name{labels} value time
  void read_sample(std::string_view line) {
    const auto metric = promql::parse_metric(line, promql::Version::v3);
    if (!metric) {
      return refuse(at_, "no series stands here",
                    "expected a line of OpenMetrics text: name{label=\"value\"} value time");
    }
    if (!metric->repeated.empty()) {
      return refuse(at_ + place_of_second(line.substr(0, metric->length), metric->repeated),
                    format("the label '{}' is there twice", metric->repeated), "leave one of them out");
    }
    std::string_view rest = line.substr(metric->length);
    rest = rest.substr(0, rest.find(" # "));  // exemplars
    const auto value = parse_float(next_word(rest));
    const std::string_view when = next_word(rest);
    const auto seconds = parse_float(when);
    if (!value) return refuse(at_ + metric->length, "the sample has no value", "expected a number behind the series");
    if (when.empty()) {
      return refuse(at_ + metric->length, "the sample has no time",
                    "expected seconds since 1970 behind the value: a page of /metrics is no recording");
    }
    if (!seconds || !maths::is_finite(*seconds) || maths::abs(*seconds) > 1e11) {
      return refuse(at_ + metric->length, format("'{}' is no time", when), "expected seconds since 1970");
    }
    add(metric->labels, static_cast<std::int64_t>(maths::floor(*seconds * 1000 + 0.5)), *value);
  }

  // Of a label that is there twice, as plain words: where its second name begins; 0 if it is written otherwise.
  static std::size_t place_of_second(std::string_view series, const std::string& label) {
    std::size_t seen = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (quoted && series[i] == '\\') {
        ++i;
      } else if (series[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && i > 0 && std::string_view("{, ").contains(series[i - 1]) &&
                 series.substr(i).starts_with(label + "=") && ++seen == 2) {
        return i;
      }
    }
    return 0;
  }

  void add(const model::Labels& labels, std::int64_t time, double value) {
    const auto [known, fresh] = indices_.try_emplace(labels, series_.size());
    if (fresh) series_.push_back({{labels, type_of(labels.metric_name())}, {}, {}});
    RecordedSeries& series = series_[known->second];
    if (!series.times.empty() && time <= series.times.back()) {
      found_ = not_rising(position_at(source_, at_), labels);
      return;
    }
    series.times.push_back(time);
    series.values.push_back(value);
  }

  const SourcePtr& source_;
  std::size_t at_ = 0;  // of the line at hand
  std::map<std::string, MetricType, std::less<>> types_;
  std::map<model::Labels, std::size_t> indices_;
  std::vector<RecordedSeries> series_;
  Diagnostics found_;
};

}  // namespace

Position place_in_openmetrics(const SourcePtr& source, const model::Labels& series, std::size_t sample) {
  const std::string_view text = source->text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const auto metric = line.starts_with('#') || line.empty()
                            ? std::nullopt
                            : std::optional(promql::parse_metric(line, promql::Version::v3));
    if (metric && *metric && (*metric)->labels == series && sample-- == 0) return position_at(source, at);
    at = end + 1;
  }
  return {source};
}

Result<std::vector<RecordedSeries>> read_openmetrics(const SourcePtr& source) {
  return Reader(source).read();
}

}  // namespace firedrill::scenario
