// The templates' function `query`, over a store.
#pragma once

#include <expected>
#include <map>
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
};

}  // namespace firedrill::alerting
