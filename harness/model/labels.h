// Label sets, the identity of a series or an alert (Prometheus data model).
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::model {

inline constexpr std::string_view kMetricName = "__name__";
inline constexpr std::string_view kAlertName = "alertname";
inline constexpr std::string_view kBucketLabel = "le";

struct Label {
  std::string name;
  std::string value;
  auto operator<=>(const Label&) const = default;
};

// Sorted by name, each name once, no empty values (an empty value and an absent label are the same thing).
class Labels {
 public:
  Labels() = default;
  // Sorts; of equal names the last one counts; drops empty values.
  Labels(std::initializer_list<Label> labels);
  static Labels from(std::vector<Label> labels);

  // Empty if absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::string_view metric_name() const { return get(kMetricName); }

  // An empty value removes.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  // Copies that keep (or leave out) the names, which need not be sorted. `without` leaves __name__ out too only if
  // named.
  Labels only(std::span<const std::string> names) const;
  Labels without(std::span<const std::string> names) const;
  Labels without_name() const;

  bool empty() const { return labels_.empty(); }
  std::size_t size() const { return labels_.size(); }
  auto begin() const { return labels_.begin(); }
  auto end() const { return labels_.end(); }

  // What they take in memory, roughly.
  std::size_t bytes() const;
  // Stable over runs and versions.
  std::uint64_t hash() const;
  auto operator<=>(const Labels&) const = default;

  // Prometheus's notation: name{a="b", c="d"}, {a="b"} without a name, values escaped; UTF-8 names in quotes.
  std::string to_string() const;

 private:
  std::vector<Label> labels_;
};

// [a-zA-Z_:][a-zA-Z0-9_:]* and [a-zA-Z_][a-zA-Z0-9_]*: what needs no quotes in PromQL.
bool is_legacy_metric_name(std::string_view name);
bool is_legacy_label_name(std::string_view name);
// The text in double quotes with Go's escapes (strconv.Quote).
std::string quote(std::string_view text);

}  // namespace firedrill::model
