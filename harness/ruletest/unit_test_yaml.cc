#include "ruletest/unit_test_yaml.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "ruletest/series_ranges.h"
#include "yaml/decode.h"

namespace firedrill::ruletest {
namespace {

using yaml::Document;
using yaml::Node;
using yaml::Nulls;
using enum FieldType;
using alerting::Text;

// Prometheus: cmd/promtool/unittest.go. What only later versions know stands last.
constexpr std::array kFileFields{
    FieldSpec{.name = "evaluation_interval", .type = duration, .doc = "how often all groups are evaluated"},
    FieldSpec{.name = "fuzzy_compare", .type = boolean, .doc = "neighbouring floating-point numbers are equal"},
};
constexpr std::array<std::string_view, 3> kFormKeys = {"tests", "group_eval_order", "evaluation_interval"};
constexpr std::string_view kOwnKey = "firedrill";
constexpr std::array<std::string_view, 4> kFileKeys = {"rule_files", "group_eval_order", "tests", kOwnKey};
constexpr std::array kOwnFields{
    FieldSpec{.name = "exact", .type = boolean, .doc = "whether expected alerts name every annotation"},
    FieldSpec{.name = "series_ranges", .type = boolean, .doc = "whether [0:9] in a label repeats the series"},
};
constexpr std::array kTestFields{
    FieldSpec{.name = "name", .doc = "name of the test"},
    FieldSpec{.name = "interval", .type = duration, .doc = "time between two values of a series"},
    FieldSpec{.name = "external_labels", .type = text_map, .doc = "labels that templates see"},
    FieldSpec{.name = "external_url", .doc = "the URL that templates see"},
    FieldSpec{.name = "start_timestamp", .doc = "when the test begins: RFC 3339 or Unix seconds"},
};
constexpr std::array<std::string_view, 3> kTestKeys = {"input_series", "alert_rule_test", "promql_expr_test"};
constexpr std::array kSeriesFields{
    FieldSpec{.name = "series", .doc = "the metric: up{job=\"api\"}"},
    FieldSpec{.name = "values", .doc = "its values: 0+1x10 _ stale"},
};
constexpr std::array kAlertFields{
    FieldSpec{.name = "eval_time", .type = duration, .doc = "since the start"},
    FieldSpec{.name = "alertname", .doc = "the alert"},
};
constexpr std::array<std::string_view, 1> kAlertKeys = {"exp_alerts"};
constexpr std::array kExpectedAlertFields{
    FieldSpec{.name = "exp_labels", .type = text_map, .doc = "all its labels but alertname"},
    FieldSpec{.name = "exp_annotations", .type = text_map, .doc = "all its annotations"},
};
constexpr std::array kExprFields{
    FieldSpec{.name = "expr", .doc = "the expression"},
    FieldSpec{.name = "eval_time", .type = duration, .doc = "since the start"},
};
constexpr std::array<std::string_view, 1> kExprKeys = {"exp_samples"};
constexpr std::array<std::string_view, 1> kValueKey = {"value"};
constexpr std::array kSampleFields{
    FieldSpec{.name = "value", .type = number, .doc = "its value"},
    FieldSpec{.name = "labels", .doc = "the metric; {} for a scalar"},
    FieldSpec{.name = "histogram", .doc = "a native histogram: not supported"},
};

class Decoder {
 public:
  Decoder(promql::Version version, Diagnostics& diagnostics)
      : v3_(version != promql::Version::v2),
        begins_anywhere_(version == promql::Version::v3),
        diagnostics_(diagnostics) {}

  UnitTestFile file(const Document& document);

 private:
  // The table without what earlier versions do not know.
  template <std::size_t N>
  std::span<const FieldSpec> table(const std::array<FieldSpec, N>& fields, bool later) const {
    return std::span(fields).first(later ? N : N - 1);
  }
  Fields fields(const Node& node, std::span<const FieldSpec> specs, std::span<const std::string_view> keys,
                std::string_view what) {
    // A null entry is one without any fields, as for go-yaml.
    if (node.is_null()) return {};
    return decode_fields(node, specs, {keys}, what, Nulls::absent, diagnostics_);
  }
  // Calls `each(item, number)` for a list that may be absent.
  template <typename Each>
  void list(const Node& mapping, std::string_view key, const Each& each) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null() || !expect_sequence(*node, format("'{}'", key), diagnostics_)) return;
    for (std::size_t i = 0; i < node->items.size(); ++i) each(*node->items[i], i);
  }
  std::vector<Text> texts(const Node& mapping, std::string_view key);
  Test test(const Node& node, std::size_t number);
  Time start(const Node& node);
  InputSeries series(const Node& node, std::string_view what);
  AlertCase alert(const Node& node, std::string_view what);
  ExprCase expression(const Node& node, std::string_view what);
  ExpectedSample sample(const Node& node, std::string_view what);

  bool v3_;
  bool begins_anywhere_;  // a test's start_timestamp, which 3.5 does not know
  Diagnostics& diagnostics_;
};

Text text_at(const Node& mapping, std::string_view key) {
  const Node* node = mapping.find(key);
  return node != nullptr && node->is_scalar() ? Text{node->text, node->where()} : Text{{}, mapping.where()};
}

std::vector<model::Label> labels_at(const Node& mapping, const Fields& fields, std::string_view name,
                                    Diagnostics& diagnostics) {
  std::vector<model::Label> labels;
  if (const Node* written = mapping.find(name)) refuse_keys_merged_again(*written, diagnostics);
  for (const auto& [key, value] : fields.text_map(name)) labels.push_back({key, value});
  return labels;
}

std::vector<Text> Decoder::texts(const Node& mapping, std::string_view key) {
  std::vector<Text> out;
  list(mapping, key, [&](const Node& item, std::size_t) {
    if (item.is_scalar() || item.is_null()) {
      out.push_back({item.text, item.where()});
    } else {
      report(diagnostics_, item.where(), format("an item of '{}' must be a text, found {}", key, item.describe()),
             "expected a list of texts such as [a, b]");
    }
  });
  return out;
}

UnitTestFile Decoder::file(const Document& document) {
  UnitTestFile file;
  file.source = document.source();
  const Node& root = document.root();
  const Fields decoded = fields(root, table(kFileFields, v3_), kFileKeys, "the unit-test file");
  file.rule_files = texts(root, "rule_files");
  file.group_eval_order = texts(root, "group_eval_order");
  for (auto name = file.group_eval_order.begin(); name != file.group_eval_order.end(); ++name) {
    if (std::find_if(file.group_eval_order.begin(), name, [&](const Text& t) { return t.value == name->value; }) !=
        name) {
      report(diagnostics_, name->where, format("group name repeated in evaluation order: {}", name->value),
             "name each group once");
    }
  }
  if (const Duration interval = decoded.duration("evaluation_interval"); interval > Duration::zero()) {
    file.evaluation_interval = interval;
  }
  file.fuzzy_compare = decoded.boolean("fuzzy_compare");
  if (const Node* own = root.find(kOwnKey); own != nullptr) {
    const Fields options = fields(*own, kOwnFields, {}, "'firedrill'");
    file.exact = options.boolean("exact", true);
    file.series_ranges = options.boolean("series_ranges");
  }
  list(root, "tests", [&](const Node& node, std::size_t i) {
    file.tests.push_back(test(node, i));
    Test& added = file.tests.back();
    // promtool 2.42 leaves it at 0: all values at one time.
    if (added.interval == Duration::zero() && v3_) added.interval = file.evaluation_interval;
    if (file.series_ranges) repeat_series(added.input, diagnostics_);
  });
  return file;
}

Test Decoder::test(const Node& node, std::size_t number) {
  Test test;
  test.number = number;
  test.where = node.where();
  const Text name = text_at(node, "name");
  const std::string what = name.value.empty() ? format("test {}", number + 1) : format("test '{}'", name.value);
  const Fields decoded = fields(node, table(kTestFields, begins_anywhere_), kTestKeys, what);
  test.name = name.value;
  test.interval = decoded.duration("interval");
  test.external_labels = model::Labels::from(labels_at(node, decoded, "external_labels", diagnostics_));
  test.external_url = decoded.text("external_url");
  if (const Node* start_node = node.find("start_timestamp"); start_node != nullptr && begins_anywhere_)
    test.start = start(*start_node);
  list(node, "input_series", [&](const Node& item, std::size_t i) {
    test.input.push_back(series(item, format("series {} of {}", i + 1, what)));
  });
  list(node, "alert_rule_test", [&](const Node& item, std::size_t i) {
    test.alerts.push_back(alert(item, format("alert case {} of {}", i + 1, what)));
  });
  list(node, "promql_expr_test", [&](const Node& item, std::size_t i) {
    test.expressions.push_back(expression(item, format("expression case {} of {}", i + 1, what)));
  });
  return test;
}

Time Decoder::start(const Node& node) {
  if (node.is_null()) return {};
  if (const auto seconds = parse_float(node.text)) return Time(from_seconds(*seconds));
  if (const auto instant = parse_instant(node.text)) return *instant;
  report(diagnostics_, node.where(), format("cannot parse '{}' to a valid timestamp", node.text),
         "expected an instant such as 2026-03-03T13:30:00Z or Unix seconds");
  return {};
}

InputSeries Decoder::series(const Node& node, std::string_view what) {
  fields(node, kSeriesFields, {}, what);
  const Text values = text_at(node, "values");
  const Text series = text_at(node, "series");
  return {series.value, values.value, values.where, series.where};
}

AlertCase Decoder::alert(const Node& node, std::string_view what) {
  AlertCase alert;
  alert.where = node.where();
  const Fields decoded = fields(node, kAlertFields, kAlertKeys, what);
  alert.eval_time = decoded.duration("eval_time");
  alert.alertname = decoded.text("alertname");
  list(node, "exp_alerts", [&](const Node& item, std::size_t i) {
    const Fields expected = fields(item, kExpectedAlertFields, {}, format("expected alert {} of {}", i + 1, what));
    alert.expected.push_back({labels_at(item, expected, "exp_labels", diagnostics_),
                              labels_at(item, expected, "exp_annotations", diagnostics_), item.where()});
  });
  return alert;
}

ExprCase Decoder::expression(const Node& node, std::string_view what) {
  ExprCase expr;
  expr.where = node.where();
  const Fields decoded = fields(node, kExprFields, kExprKeys, what);
  expr.expr = text_at(node, "expr");
  expr.eval_time = decoded.duration("eval_time");
  list(node, "exp_samples", [&](const Node& item, std::size_t i) {
    expr.expected.push_back(sample(item, format("expected sample {} of {}", i + 1, what)));
  });
  return expr;
}

ExpectedSample Decoder::sample(const Node& node, std::string_view what) {
  // A field is never NaN, but this one: it can be expected, though it equals nothing.
  const Node* value = node.find("value");
  const std::optional<double> number_of = value == nullptr ? std::nullopt : scalar_number(*value);
  const bool nan = number_of && maths::is_nan(*number_of);
  const auto specs = table(kSampleFields, v3_).subspan(nan ? 1 : 0);
  const Fields decoded = fields(node, specs, std::span(kValueKey).first(nan ? 1 : 0), what);
  ExpectedSample sample{text_at(node, "labels"), nan ? *number_of : decoded.number("value"), {}};
  if (!decoded.text("histogram").empty()) sample.histogram = decoded.where("histogram");
  return sample;
}

}  // namespace

constinit const yaml::FileForm kUnitTestForm = {.name = "unit test",
                                                .keys = kFormKeys,
                                                .expected = "expected `tests:` with a list of tests",
                                                .merges_in_order = true};

UnitTestFile decode_unit_test_file(const Document& document, const promql::Options& options, Diagnostics& diagnostics) {
  return Decoder(options.version, diagnostics).file(document);
}

}  // namespace firedrill::ruletest
