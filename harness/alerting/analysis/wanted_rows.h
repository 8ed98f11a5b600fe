// Which rows of a query may belong to an alert.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/labels.h"
#include "promql/engine.h"

namespace firedrill::alerting {

// Those that have none of the labels with another value; looked up once a row.
class WantedRows {
 public:
  explicit WantedRows(const model::Labels& labels) : labels_(labels) {}

  bool has(const promql::Query& query, std::uint32_t row) {
    if (labels_.empty()) return true;
    if (row >= rows_.size()) rows_.resize(row + 1, Row::unseen);
    if (rows_[row] == Row::unseen) rows_[row] = contradicts(query.row_labels(row)) ? Row::other : Row::wanted;
    return rows_[row] == Row::wanted;
  }

 private:
  bool contradicts(const model::Labels& labels) const {
    return std::any_of(labels_.begin(), labels_.end(), [&](const model::Label& label) {
      return labels.has(label.name) && labels.get(label.name) != label.value;
    });
  }

  enum class Row : std::uint8_t { unseen, wanted, other };
  model::Labels labels_;
  std::vector<Row> rows_;
};

}  // namespace firedrill::alerting
