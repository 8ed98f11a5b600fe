#include "alerting/recording_rule.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::alerting {

RecordingRule::RecordingRule(const Rule& rule, std::int64_t limit, tsdb::Store& store)
    : name_(rule.record->value), limit_(limit), store_(&store) {
  for (const NamedText& label : rule.labels) labels_.push_back({label.name, label.text.value});
}

RecordingRule::Output& RecordingRule::output(std::uint32_t row, const promql::Query& query) {
  constexpr std::uint32_t kUnknown = ~std::uint32_t{0};
  if (row >= output_of_row_.size()) output_of_row_.resize(row + 1, kUnknown);
  std::uint32_t& index = output_of_row_[row];
  if (index == kUnknown) {
    model::Labels labels = query.row_labels(row);
    labels.set(model::kMetricName, name_);
    for (const model::Label& label : labels_) labels.set(label.name, label.value);
    const tsdb::SeriesRef series = store_->series(labels);
    // Two rows may come to the same series, though not in one evaluation.
    const auto known = std::ranges::find(outputs_, series, &Output::series);
    index = static_cast<std::uint32_t>(known - outputs_.begin());
    if (known == outputs_.end()) outputs_.push_back({series});
  }
  return outputs_[index];
}

std::expected<std::size_t, std::string> RecordingRule::evaluate(Time t, promql::Query& query, std::size_t& refused) {
  const auto rows = query.rows_at(t);
  if (!rows) return std::unexpected(rows.error());
  ++round_;
  for (const promql::RowSample& sample : *rows) {
    Output& out = output(sample.row, query);
    if (out.round == round_) {
      return std::unexpected("vector contains metrics with the same labelset after applying rule labels");
    }
    out.round = round_;
  }
  if (limit_ > 0 && rows->size() > static_cast<std::size_t>(limit_)) {
    return std::unexpected(format("exceeded limit of {} with {} series", limit_, rows->size()));
  }
  for (const promql::RowSample& sample : *rows) {
    if (!series_.write(*store_, output(sample.row, query).series, t, sample.value)) ++refused;
  }
  series_.finish(*store_, t);
  return rows->size();
}

}  // namespace firedrill::alerting
