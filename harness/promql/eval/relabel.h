// label_replace and label_join: functions of the labels alone, so that each row is worked out once.
#pragma once

#include "base/text/regex.h"
#include "promql/eval/node.h"

namespace firedrill::promql {

class RelabelCall : public OwningVector {
 public:
  const Points& eval(Context& ctx) override;

 protected:
  RelabelCall(VectorPtr input, std::string target) : target_(std::move(target)), input_(std::move(input)) {}
  // The label's new value; nothing to leave the labels alone.
  virtual std::optional<std::string> value(const model::Labels& labels) const = 0;
  // What the value's length cannot exceed: nested calls could double it each, without end.
  virtual std::size_t longest(const model::Labels& labels) const = 0;

  std::string target_;
  std::string error_;  // what is wrong with the arguments

 private:
  VectorPtr input_;
  RowMap map_;
  RowSet met_;
  std::vector<Row> owner_;
  std::vector<std::uint64_t> owner_run_;
};

class LabelReplace final : public RelabelCall {
 public:
  // The strings: target label, replacement, source label, regular expression.
  LabelReplace(VectorPtr input, std::span<const std::string> arguments, const Options& options);

 protected:
  std::optional<std::string> value(const model::Labels& labels) const override;
  std::size_t longest(const model::Labels& labels) const override;

 private:
  std::string replacement_;
  std::string source_;
  std::optional<Regex> regex_;
};

class LabelJoin final : public RelabelCall {
 public:
  // The strings: target label, separator, source labels.
  LabelJoin(VectorPtr input, std::span<const std::string> arguments, const Options& options);

 protected:
  std::optional<std::string> value(const model::Labels& labels) const override;
  std::size_t longest(const model::Labels& labels) const override;

 private:
  std::string separator_;
  std::vector<std::string> sources_;
};

// Names that may be written to: any UTF-8 text in 3.x, the classic form in 2.x.
bool is_label_name(std::string_view name, const Options& options);

}  // namespace firedrill::promql
