#include "console/own_steps.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/duration.h"

namespace firedrill::console {
namespace {

// Where somebody else did something, time that passed is written down in two pieces: which would tell that they did.
bool goes_on(const Step& before, const Step& step) {
  return passed_by_itself(before) && passed_by_itself(step) && before.after == step.at;
}

// "14:12", "9:05:30": since midnight.
std::optional<Duration> clock_of(std::string_view text) {
  Duration out{};
  Duration unit = std::chrono::hours(1);
  int parts = 0;
  for (; parts < 3; ++parts) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || number > (parts == 0 ? 23 : 59)) return std::nullopt;
    out += unit * number;
    unit /= 60;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return parts > 0 ? std::optional(out) : std::nullopt;
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::vector<OwnStep> own_steps(std::span<const Step> steps) {
  std::vector<OwnStep> own;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!step.by.empty()) continue;
    if (!own.empty() && goes_on(own.back().step, step)) {
      Step& whole = own.back().step;
      whole.after = step.after;
      whole.line = "wait " + format_duration(whole.after - whole.at);
      continue;
    }
    own.push_back({own.size() + 1, i, step});
  }
  return own;
}

std::optional<OwnStep> own_step_named(std::span<const Step> steps, std::string_view text, Time start, Time now) {
  std::vector<OwnStep> own = own_steps(steps);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    return number >= 1 && number <= own.size() ? std::optional(std::move(own[number - 1])) : std::nullopt;
  }
  const auto clock = clock_of(text);
  if (!clock) return std::nullopt;
  // It may be on the next day.
  constexpr Duration kDay = std::chrono::hours(24);
  const Time meant = start + ((*clock - start.time_since_epoch() % kDay + kDay) % kDay);
  if (meant > now) return std::nullopt;
  const auto behind = std::ranges::find_if(own, [&](const OwnStep& each) { return each.step.at > meant; });
  return behind == own.begin() ? std::nullopt : std::optional(std::move(*(behind - 1)));
}

}  // namespace firedrill::console
