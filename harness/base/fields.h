// Field tables. Whatever a file can say (a fault's parameters, an expectation's fields, a service's settings) is
// declared as a table of fields; the same table decodes the file, gives its JSON Schema and its documentation, and so
// they agree.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"

namespace firedrill {

enum class FieldType {
  boolean,
  integer,
  number,
  text,
  duration,      // Prometheus's form: 1h30m
  offset,        // a duration that may be negative: -5m
  instant,       // RFC 3339
  ratio,         // 60% or 0.6
  bytes,         // 512Mi, 1Gi, 100M, 4096 (Kubernetes quantities)
  texts,         // a list of texts; a single text stands for a list of one
  text_map,      // name: text
  distribution,  // {distribution: lognormal, p50: 20ms, p99: 180ms}
  target,        // {service: checkout, mode: fixed, value: 2, ...}
};

// As documentation names it: "integer", "duration", "list of texts".
std::string_view to_string(FieldType type);

struct FieldSpec {
  std::string_view name;
  FieldType type = FieldType::text;
  bool required = false;
  std::string_view doc;             // one sentence, for the schema and `list -v`
  std::string_view default_text{};  // as a file would say it; empty: no default, the field is absent
  double min = -std::numeric_limits<double>::infinity();  // of numbers; of durations in seconds; of ratios as fractions
  double max = std::numeric_limits<double>::infinity();
  // Of texts: the values allowed; empty: any. Of durations: words that may stand in place of one.
  std::span<const std::string_view> choices{};
};

// A shape of chance for times: exactly one pair of quantiles or a mean, as the distribution takes them.
struct DistributionSpec {
  std::string distribution = "constant";  // constant | exponential | lognormal
  Duration p50{};                         // the value of a constant; the median otherwise
  Duration p90{};
  Duration p99{};
  Duration mean{};
  bool operator==(const DistributionSpec&) const = default;
};

// Which replicas of which service (Chaos Mesh's words for the mode).
struct TargetSpec {
  std::string service;
  std::string zone;          // instead of a service: everything in the zone
  std::string mode = "all";  // one | all | fixed | fixed-percent
  double value = 0;          // of fixed: replicas; of fixed-percent: 0 to 1
  std::string dependency;    // only the connections to this dependency of the service; empty: the service itself
  bool operator==(const TargetSpec&) const = default;
};

using FieldValue = std::variant<bool, std::int64_t, double, std::string, Duration, Time, std::vector<std::string>,
                                std::map<std::string, std::string>, DistributionSpec, TargetSpec>;

// A value as a file would say it: "503", "20ms", "0.5", "lognormal p50 20ms p99 180ms".
std::string to_text(const FieldValue& value);

// Decoded fields by name, each with its place in the file. Asking for a field that is absent gives the fallback; asking
// with the wrong type is a defect of ours (assertion).
class Fields {
 public:
  void set(std::string_view name, FieldValue value, Position where);
  bool has(std::string_view name) const;
  const FieldValue* find(std::string_view name) const;
  // Those that are present, sorted.
  std::vector<std::string> names() const;
  // The place of a field's value, or of the whole block if the field is absent.
  const Position& where(std::string_view name) const;
  const Position& where() const { return block_; }
  void set_block(Position where) { block_ = std::move(where); }

  bool boolean(std::string_view name, bool fallback = false) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
  double number(std::string_view name, double fallback = 0) const;  // number, ratio, bytes
  std::string text(std::string_view name, std::string_view fallback = {}) const;
  Duration duration(std::string_view name, Duration fallback = {}) const;  // duration, offset
  Time instant(std::string_view name, Time fallback = {}) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::map<std::string, std::string> text_map(std::string_view name) const;
  DistributionSpec distribution(std::string_view name, const DistributionSpec& fallback = {}) const;
  TargetSpec target(std::string_view name) const;

 private:
  struct Entry {
    FieldValue value;
    Position where;
  };
  std::map<std::string, Entry, std::less<>> entries_;
  Position block_;
};

}  // namespace firedrill
