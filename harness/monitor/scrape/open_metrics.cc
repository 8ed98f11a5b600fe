#include "monitor/scrape/open_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "monitor/scrape/series_text.h"

namespace firedrill::monitor {
namespace {

using model::MetricType;

// What the series of a family are by what stands behind the family's name.
struct SeriesKind {
  std::string_view family;
  std::string_view suffix;
  MetricType type;
};
constexpr std::array<SeriesKind, 20> kKinds = {{{"counter", "_total", MetricType::counter},
                                                {"counter", "", MetricType::counter},
                                                {"counter", "_created", MetricType::gauge},
                                                {"gauge", "", MetricType::gauge},
                                                {"histogram", "_bucket", MetricType::histogram},
                                                {"histogram", "_sum", MetricType::histogram},
                                                {"histogram", "_count", MetricType::histogram},
                                                {"histogram", "", MetricType::histogram},
                                                {"histogram", "_created", MetricType::gauge},
                                                {"gaugehistogram", "_bucket", MetricType::gauge},
                                                {"gaugehistogram", "_gsum", MetricType::gauge},
                                                {"gaugehistogram", "_gcount", MetricType::gauge},
                                                {"gaugehistogram", "", MetricType::gauge},
                                                {"summary", "", MetricType::summary},
                                                {"summary", "_sum", MetricType::summary},
                                                {"summary", "_count", MetricType::summary},
                                                {"summary", "_created", MetricType::gauge},
                                                {"info", "_info", MetricType::gauge},
                                                {"stateset", "", MetricType::gauge},
                                                {"unknown", "", MetricType::unknown}}};

// What stands before the next blank, with that blank taken away before it. Empty: there is none.
std::string_view take_word(std::string_view& rest) {
  if (!rest.starts_with(' ')) return {};
  const std::size_t end = std::min(rest.find(' ', 1), rest.size());
  const std::string_view word = rest.substr(1, end - 1);
  rest.remove_prefix(end);
  return word;
}

bool is_instant(std::string_view text) {
  const auto seconds = parse_float(text);
  return seconds && maths::is_finite(*seconds);
}

class OpenMetricsReader {
 public:
  std::string_view read(std::string_view line) {
    if (ended_) return "something behind # EOF";
    return line.starts_with('#') ? comment(line.substr(1)) : sample(line);
  }
  bool ended() const { return ended_; }
  std::vector<ExposedSample> take() { return std::move(samples_); }

 private:
  std::string_view comment(std::string_view rest) {
    const std::string_view what = take_word(rest);
    if (what == "EOF" && rest.empty()) {
      ended_ = true;
      return "";
    }
    if (what != "HELP" && what != "TYPE" && what != "UNIT") return "a comment that is none of HELP, TYPE, UNIT and EOF";
    if (!rest.starts_with(' ')) return "no name of a metric";
    rest.remove_prefix(1);
    const std::string_view name = take_name(rest, true);
    if (name.empty() || !rest.starts_with(' ')) return "no name of a metric, or nothing behind it";
    rest.remove_prefix(1);
    if (what == "TYPE") return type(name, rest);
    return what == "UNIT" ? unit(name, rest) : "";
  }

  std::string_view type(std::string_view name, std::string_view said) {
    const auto known = std::ranges::find(kKinds, said, &SeriesKind::family);
    if (known == kKinds.end()) return "an unknown TYPE";
    families_.insert_or_assign(name, known->family);
    return "";
  }

  static std::string_view unit(std::string_view name, std::string_view said) {
    const bool fits = said.empty() ||
                      (name.size() > said.size() && name.ends_with(said) && name[name.size() - said.size() - 1] == '_');
    return fits ? "" : "a UNIT that is not the end of the metric's name";
  }

  std::string_view sample(std::string_view line) {
    std::string_view rest = line;
    const std::string_view name = take_name(rest, true);
    if (name.empty()) return "no name of a metric";
    if (rest.starts_with('{')) {
      if (const std::string_view why = take_labels(rest, false); !why.empty()) return why;
    }
    const std::string_view series = line.substr(0, line.size() - rest.size());
    const auto value = parse_float(take_word(rest));
    if (!value) return "no value";
    if (!rest.empty() && !rest.starts_with(" # ") && !is_instant(take_word(rest))) {
      return "what stands behind the value is no timestamp";
    }
    if (!rest.empty() && !takes_exemplar(rest)) return "what stands behind a sample is no exemplar";
    samples_.push_back({series, *value, type_of(name)});
    return "";
  }

  // ` # {trace_id="a"} 0.5 1700000000.1`
  static bool takes_exemplar(std::string_view rest) {
    constexpr std::string_view kBegins = " # ";
    if (!rest.starts_with(kBegins)) return false;
    rest.remove_prefix(kBegins.size());
    if (!rest.starts_with('{') || !take_labels(rest, false).empty() || !parse_float(take_word(rest))) return false;
    return rest.empty() || (is_instant(take_word(rest)) && rest.empty());
  }

  MetricType type_of(std::string_view name) const {
    for (const SeriesKind& kind : kKinds) {
      if (!name.ends_with(kind.suffix)) continue;
      const auto family = families_.find(name.substr(0, name.size() - kind.suffix.size()));
      if (family != families_.end() && family->second == kind.family) return kind.type;
    }
    return MetricType::unknown;
  }

  std::vector<ExposedSample> samples_;
  std::map<std::string_view, std::string_view, std::less<>> families_;  // what each is, by their names
  bool ended_ = false;
};

}  // namespace

std::expected<std::vector<ExposedSample>, std::string> read_open_metrics(std::string_view text) {
  OpenMetricsReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    // Of lines the last alone, which says that it is, may have no end.
    const std::string_view line = text.substr(0, end);
    std::string_view why = reader.read(line);
    if (why.empty() && end == std::string_view::npos && !reader.ended()) why = "it has no end";
    if (!why.empty()) return std::unexpected(format("line {}: {}", number, why));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  if (!reader.ended()) return std::unexpected("it does not end with # EOF");
  return reader.take();
}

}  // namespace firedrill::monitor
