// What Prometheus's API returns for /api/v1/query_range: {"status": "success", "data": {"resultType": "matrix", …}}.
#include <set>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"
#include "scenario/recorded/json_place.h"
#include "scenario/recorded/recording_file.h"

namespace firedrill::scenario {
namespace {

using fake_services::RecordedSeries;

const json::value* member(const json::value& of, std::string_view name) {
  const json::object* object = of.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

class Reader {
 public:
  explicit Reader(const SourcePtr& source) : source_(source) {}

  Result<std::vector<RecordedSeries>> read() {
    const auto answer = read_json(source_);
    if (!answer) return std::unexpected(answer.error());
    const json::value* data = member(*answer, "data");
    const json::value* result = data == nullptr ? nullptr : member(*data, "result");
    if (text_of(member(*answer, "status")) != "success" || result == nullptr || !result->is_array()) {
      return refuse("this is no answer of Prometheus's API", "expected that of /api/v1/query_range");
    }
    if (const std::string type = text_of(member(*data, "resultType")); type != "matrix") {
      return refuse(format("the answer is a {}, and no range", type.empty() ? "value of no type" : type),
                    "expected that of /api/v1/query_range, whose resultType is matrix");
    }
    std::vector<RecordedSeries> all;
    std::set<model::Labels> known;
    for (const json::value& each : result->as_array()) {
      at_ = all.size();
      auto series = read_series(each);
      if (!series) return std::unexpected(series.error());
      if (!known.insert(series->info.labels).second) {
        return failure(series_place(), format("the series {} stands here twice", series->info.labels.to_string()),
                       "put all of its samples into one list");
      }
      all.push_back(*std::move(series));
    }
    return all;
  }

 private:
  std::unexpected<Diagnostics> refuse(std::string what, std::string remedy) const {
    return failure(position_at(source_, 0), std::move(what), std::move(remedy));
  }
  Position series_place() const {
    return position_at(source_, json_place(source_->text, std::vector<JsonStep>{"data", "result", at_}));
  }

  Result<RecordedSeries> read_series(const json::value& each) const {
    RecordedSeries series;
    const json::value* metric = member(each, "metric");
    const json::value* values = member(each, "values");
    if (metric == nullptr || !metric->is_object() || values == nullptr || !values->is_array()) {
      return failure(series_place(), "a series has no labels, or no values",
                     "expected {\"metric\": {…}, \"values\": [[time, \"value\"], …]}");
    }
    for (const json::key_value_pair& label : metric->as_object()) {
      series.info.labels.set(std::string(label.key()), text_of(&label.value()));
    }
    if (!series.info.labels.has(model::kMetricName)) {
      return failure(series_place(), format("the series {} has no name", series.info.labels.to_string()),
                     "query a metric, and no expression of it");
    }
    for (const json::value& sample : values->as_array()) {
      const json::array* pair = sample.if_array();
      const bool good = pair != nullptr && pair->size() == 2 && pair->front().is_number();
      const auto value = good ? parse_float(text_of(&pair->back())) : std::nullopt;
      const double seconds = good ? pair->front().to_number<double>() : 0;
      if (!value || !maths::is_finite(seconds) || maths::abs(seconds) > 1e11) {
        return failure(place_in_answer(source_, at_, series.times.size()),
                       format("a sample of {} is none", series.info.labels.to_string()), "expected [time, \"value\"]");
      }
      const auto time = static_cast<std::int64_t>(maths::floor(seconds * 1000 + 0.5));
      if (!series.times.empty() && time <= series.times.back()) {
        return std::unexpected(not_rising(place_in_answer(source_, at_, series.times.size()), series.info.labels));
      }
      series.times.push_back(time);
      series.values.push_back(*value);
    }
    return series;
  }

  const SourcePtr& source_;
  std::size_t at_ = 0;  // the series at hand
};

}  // namespace

Position place_in_answer(const SourcePtr& source, std::size_t series, std::size_t sample) {
  return position_at(source,
                     json_place(source->text, std::vector<JsonStep>{"data", "result", series, "values", sample}));
}

Result<std::vector<RecordedSeries>> read_range_answer(const SourcePtr& source) {
  return Reader(source).read();
}

}  // namespace firedrill::scenario
