#include "incident/expectations/bounds.h"

#include "base/text/format.h"

namespace firedrill::incident {
namespace {

double as_number(const FieldValue& value) {
  if (const auto* count = std::get_if<std::int64_t>(&value)) return static_cast<double>(*count);
  if (const auto* time = std::get_if<Duration>(&value)) return to_seconds(*time);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? *number : 0;
}

}  // namespace

void check_bounds(const Fields& fields, std::string_view what, Diagnostics& diagnostics) {
  const FieldValue* least = fields.find("at_least");
  const FieldValue* most = fields.find("at_most");
  if (least == nullptr && most == nullptr) {
    diagnostics.push_back({Severity::error, fields.where(), std::string(what), "add at_least or at_most"});
  } else if (least != nullptr && most != nullptr && as_number(*most) < as_number(*least)) {
    diagnostics.push_back(
        {Severity::error, fields.where("at_most"), "at_most is smaller than at_least", "exchange them"});
  }
}

std::string count_bounds(const Fields& fields) {
  std::string out;
  if (fields.has("at_least")) out = format("at least {}", fields.integer("at_least"));
  if (fields.has("at_most")) out += format("{}at most {}", out.empty() ? "" : " and ", fields.integer("at_most"));
  return out;
}

bool counts_one(const Fields& fields) {
  return fields.integer(fields.has("at_most") ? "at_most" : "at_least") == 1;
}

std::string beyond_bounds(const Fields& fields, std::int64_t count) {
  if (fields.has("at_least") && count < fields.integer("at_least")) {
    return format("{} too few", fields.integer("at_least") - count);
  }
  if (fields.has("at_most") && count > fields.integer("at_most")) {
    return format("{} too many", count - fields.integer("at_most"));
  }
  return {};
}

}  // namespace firedrill::incident
