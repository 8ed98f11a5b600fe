#include "incident/severity/distinct_texts.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::incident {
namespace {

constexpr int kMostDigits = 17;

// "2.0 s" and "2 s" say the same.
bool read_the_same(std::string a, std::string b) {
  for (std::string* text : {&a, &b}) {
    if (const std::size_t at = text->find(".0 "); at != std::string::npos) text->erase(at, 2);
  }
  return a == b;
}

DistinctTexts apart(DistinctTexts rough, double first, double second, double factor, std::string_view unit) {
  if (first == second || !read_the_same(rough.first, rough.second)) return rough;
  DistinctTexts fine = rough;
  for (int digits = 3; digits <= kMostDigits && read_the_same(fine.first, fine.second); ++digits) {
    fine = {format("{:.{}g} {}", first * factor, digits, unit), format("{:.{}g} {}", second * factor, digits, unit)};
  }
  return fine;
}

std::string in_words(double seconds) {
  return describe_duration(from_seconds(seconds));
}

}  // namespace

DistinctTexts distinct_texts(double first, double second) {
  return apart({describe_ratio(first), describe_ratio(second)}, first, second, 100, "%");
}

DistinctTexts distinct_seconds(double first, double second) {
  const bool short_ones = first < 1 && second < 1;
  return apart({in_words(first), in_words(second)}, first, second, short_ones ? 1000 : 1, short_ones ? "ms" : "s");
}

}  // namespace firedrill::incident
