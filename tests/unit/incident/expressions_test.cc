#include "incident/expressions.h"

#include <gtest/gtest.h>

#include "sample_record.h"

namespace firedrill::incident {
namespace {

TEST(Expressions, AreNotParsedAgainWhereTheRunsPrometheusReadsThemAlike) {
  record::Record record;
  record.promql_version = "3";
  const ExprRef loaded = sample::parsed("up == 0");
  EXPECT_EQ(parsed(record, "up == 0", loaded), loaded);
  EXPECT_NE(parsed(record, "up == 0").value(), nullptr);
  EXPECT_EQ(parsed(record, "sum(up").error(), "unclosed left parenthesis");
}

TEST(Expressions, AreReadByVersion2AsItDoes) {
  record::Record record;
  record.promql_version = "2";
  const std::string text = "{\"a.b\"}";
  const ExprRef loaded = sample::parsed(text);
  EXPECT_FALSE(parsed(record, text, loaded)) << "names in quotes came with version 3";
}

}  // namespace
}  // namespace firedrill::incident
