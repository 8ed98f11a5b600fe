#include "record/numbers.h"

#include "base/text/numbers.h"
#include "record/fields.h"

namespace firedrill::record {
namespace {

// Whole numbers, which most of a record's are, need no detour over their digits.
double rounded(double value) {
  constexpr double kWhole = 1e12;
  if (value > -kWhole && value < kWhole && static_cast<double>(static_cast<std::int64_t>(value)) == value) return value;
  return round_to_record(value);
}

struct Rounder {
  void operator()(const char*, double& value, const char*) { value = rounded(value); }
  void operator()(const char*, std::optional<double>& value, const char*) {
    if (value) value = rounded(*value);
  }
  void operator()(const char*, std::vector<double>& values, const char*) {
    for (double& value : values) value = rounded(value);
  }
  void operator()(const char*, events::Event& event, const char*) {
    for (events::EventField& field : event.fields) {
      if (auto* number = std::get_if<double>(&field.value)) *number = rounded(*number);
    }
  }
  template <typename T>
  void operator()(const char* name, std::vector<T>& items, const char* doc) {
    for (T& item : items) (*this)(name, item, doc);
  }
  template <typename T>
  void operator()(const char*, T& value, const char*) {
    if constexpr (requires { fields(*this, value); }) fields(*this, value);
  }
};

}  // namespace

void round_numbers(Record& record) {
  Rounder rounder;
  fields(rounder, record);
}

}  // namespace firedrill::record
