// The templates' function `query`, over a store. What all calls at one time read is bounded as what one query reads:
// templates may call it in loops, and there is one for each alert.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>

#include "promql/engine.h"

namespace firedrill::alerting {

class TemplateQuery {
 public:
  TemplateQuery(const promql::Queryable& data, const promql::Options& options) : data_(data), options_(options) {}

  // A scalar counts as a vector of one sample. The error is Prometheus's: "1:5: parse error: …".
  std::expected<promql::Vector, std::string> operator()(const std::string& expression, Time t);

 private:
  const promql::Queryable& data_;
  const promql::Options& options_;
  std::map<std::string, promql::Query> prepared_;
  std::optional<Time> at_;  // of the last call
  std::int64_t read_ = 0;   // samples, by all calls at that time
};

}  // namespace firedrill::alerting
